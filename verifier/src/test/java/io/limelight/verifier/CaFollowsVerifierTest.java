package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.Endpoint;
import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.listen.CaListener;
import io.limelight.core.listen.FeedSettings;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.tls.CertificatePins;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.verifier.testkit.TestMachine;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** A CA that listens learns of failures from the verifier's own events, as an observer; also of those it was away for. */
class CaFollowsVerifierTest extends RevocationTestBase {
    @TempDir
    Path root;

    private final KeyMaterial observer = TestMachine.newIdentity();

    private CaListener listen(CaKit kit) throws Exception {
        FeedSettings feed = new FeedSettings(Endpoint.verifier("127.0.0.1", verifier.port()), observer, verifier.cas());
        return own(CaListener.start(
                new ListenSettings(
                        "127.0.0.1",
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(feed),
                        false,
                        CaName.NOTIFIER,
                        List.of("emergency"),
                        Optional.empty()),
                kit.ca(),
                kit.password(),
                InstantSource.system()));
    }

    private ObjectNode enrolled(TestMachine machine, Provisioned identity) {
        String key = identity.notifier().key().apply(pem -> new String(pem, StandardCharsets.US_ASCII));
        String metadata = "{\"cert_serial\": " + identity.machine().serial() + "}";
        return judged(machine).put("revocation_key", key).put("metadata", metadata);
    }

    private static boolean revoked(CaKit kit, BigInteger serial) throws Exception {
        return kit.ca().publishedCrl().orElseThrow().revokes(serial);
    }

    @Test
    void aFailureIsRevokedAtOnceAndOneThatWasMissedWhenTheCaIsBack() throws Exception {
        verifier("observers = ['sha256:" + CertificatePins.fingerprint(observer.certificate()) + "']");
        TestMachine one = machine();
        TestMachine two = machine();
        try (CaKit kit = CaKit.prepared(root.resolve("ca"), "one");
                Provisioned ofOne = kit.provision("one");
                Provisioned ofTwo = kit.provision("two")) {
            verifier.add("one", enrolled(one, ofOne));
            verifier.add("two", enrolled(two, ofTwo));
            verifier.awaitPasses("one", 1);
            verifier.awaitPasses("two", 1);
            CaListener listener = listen(kit);
            fail("one", one);
            until(() -> revoked(kit, ofOne.machine().serial()));
            listener.close();
            fail("two", two);
            until(() -> revocations().size() == 2);
            assertThat(revoked(kit, ofTwo.machine().serial())).isFalse();
            listen(kit);
            until(() -> revoked(kit, ofTwo.machine().serial()));
        }
    }
}
