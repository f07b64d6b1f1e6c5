package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.PasswordSource;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Enrolment with a certificate package, against real TLS servers. */
class PackageEnrolmentTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ID = TenantWorld.ID.value();

    @TempDir
    Path folder;

    private final RecordingReport report = new RecordingReport();
    private TenantWorld world;
    private SoftMachine machine;
    private CaKit kit;
    private Path include;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        machine = world.machine(TenantWorld.ID);
        kit = new CaKit(folder.resolve("myca"));
        include = Files.createDirectories(folder.resolve("payload"));
        Files.writeString(include.resolve("autorun.sh"), "#!/bin/sh\n");
    }

    @AfterEach
    void end() {
        world.close();
        kit.close();
    }

    private EnrolmentDraft draft(CaKit authority, PasswordSource password, boolean replace) {
        return new EnrolmentDraft(
                TenantWorld.ID,
                replace,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new PayloadChoice.WithCertificate(authority.ca(), Optional.of(include), password),
                TpmPolicy.EMPTY,
                PreparedPolicies.NONE,
                !replace,
                Optional.empty());
    }

    private Enrolled run(EnrolmentDraft draft) throws Exception {
        TenantSettings settings = world.settings();
        Cancellation cancellation = new Cancellation();
        try (TenantServices services = new TenantServices(settings, InstantSource.system(), cancellation)) {
            return new Enrolment(settings, services, RANDOM, InstantSource.system(), report, cancellation)
                    .run(EnrolmentPlan.of(draft, settings));
        }
    }

    /** With a CA that knows the machine already. */
    private void known() throws Exception {
        kit.close();
        kit = CaKit.prepared(folder.resolve("myca"), ID);
    }

    private Enrolled run() throws Exception {
        return run(draft(kit, kit.known(), false));
    }

    private TenantException failure(EnrolmentDraft draft) {
        TenantException failure = catchThrowableOfType(TenantException.class, () -> run(draft));
        assertThat(failure).isNotNull();
        assertThat(failure.sentences()).doesNotContain("Exception", "\n").matches("['A-Z].*[.?]");
        assertThat(failure.aftermath()).isEqualTo(Aftermath.NOTHING);
        assertThat(world.journal().lines()).noneMatch(line -> line.contains("POST"));
        return failure;
    }

    private void says(String secureSize) {
        machine.answering("GET limelight/v1/status", call -> {
            ObjectNode status = WireJson.object();
            status.put("payload_stage", "done");
            status.put("secure_size", secureSize);
            return HttpReply.success(status);
        });
    }

    // --- what must not happen ---

    @Test
    void theServicesOwnCaIsRefusedUnderAnyName() throws Exception {
        for (String name : new String[] {"cv_ca", "reg_ca"}) {
            try (CaKit services = new CaKit(folder.resolve(name))) {
                assertThat(failure(draft(services, CaKit.forbidden(), false)).sentences())
                        .contains("administrator");
            }
        }
        Path link = Files.createSymbolicLink(folder.resolve("alias"), folder.resolve("cv_ca"));
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Files.copy(folder.resolve("cv_ca/cacert.crt"), copy.resolve("cacert.crt"));
        for (Path disguised : new Path[] {link, copy}) {
            try (CaKit services = new CaKit(disguised)) {
                assertThat(failure(draft(services, CaKit.forbidden(), false)).sentences())
                        .contains("administrator");
            }
        }
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void aMachineThatDoesNotProveItselfGetsNoCertificate() throws Exception {
        machine.answering("GET quotes/identity", call -> HttpReply.refusal(403, "no"));
        failure(draft(kit, kit.known(), false));
        assertThat(kit.folder()).doesNotExist();
    }

    @Test
    void aMachineThatIsWatchedAlreadyGetsNoCertificate() throws Exception {
        known();
        run();
        BigInteger before = kit.ca().serialOf(CaName.fresh(ID));
        world.journal().clear();
        kit.ca().revoke(before, RevocationReason.KEY_COMPROMISE, kit.password());
        assertThat(failure(draft(kit, kit.known(), false)).kind()).isEqualTo(Kind.ALREADY_WATCHED);
        assertThat(kit.ca().serialOf(CaName.fresh(ID))).isEqualTo(before);
    }

    @Test
    void aWrongPasswordLeavesTheFormerEnrolment() throws Exception {
        known();
        run();
        kit.ca().revoke(kit.ca().serialOf(CaName.fresh(ID)), RevocationReason.KEY_COMPROMISE, kit.password());
        world.journal().clear();
        TenantException failure = failure(draft(kit, _ -> CaKit.secret("guess"), true));
        assertThat(failure.kind()).isEqualTo(Kind.PAYLOAD);
        assertThat(failure.sentences()).contains("wrong password");
        assertThat(world.verifier().machines()).containsKey(ID);
    }

    @Test
    void whatDoesNotFitTheMachineIsRefusedWithTheNumbers() throws Exception {
        known();
        says("64k");
        Files.write(include.resolve("large"), new byte[20_000]);
        assertThat(failure(draft(kit, kit.known(), false)).sentences())
                .containsPattern("takes [0-9]{5} bytes")
                .contains("65536 bytes", "secure_size");
    }

    @Test
    void nothingIsIssuedForAPackageThatDoesNotFitTheMachine() throws Exception {
        says("64k");
        Files.write(include.resolve("large"), new byte[20_000]);
        assertThat(failure(draft(kit, CaKit.forbidden(), false)).sentences())
                .containsPattern("takes up to [0-9]{5,6} bytes")
                .contains("65536 bytes", "secure_size");
        assertThat(kit.folder()).doesNotExist();
    }

    @Test
    void nothingIsIssuedForAPackageThatTheVerifierWouldNotTake() throws Exception {
        says("development");
        Files.write(include.resolve("large"), new byte[780_000]);
        assertThat(failure(draft(kit, CaKit.forbidden(), false)).sentences()).contains("max_payload_size is 1048576");
        assertThat(kit.folder()).doesNotExist();
    }

    @Test
    void whatTheVerifierDoesNotTakeIsRefusedBeforeAnybodyIsAsked() throws Exception {
        Files.write(include.resolve("large"), new byte[800_000]);
        assertThat(failure(draft(kit, CaKit.forbidden(), false)).sentences()).contains("max_payload_size is 1048576");
        assertThat(world.journal().lines()).isEmpty();
        assertThat(kit.folder()).doesNotExist();
    }

    // --- what must ---

    @Test
    void theMachineGetsItsPackageAndTheVerifierWhatRevokesIt() throws Exception {
        Enrolled result = run();
        assertThat(result.keyProven()).isTrue();
        assertThat(machine.unlocked().orElseThrow()).contains(ID + "-private.pem", "autorun.sh", "cacrl.der");
        assertThat(report.steps)
                .isEqualTo(EnrolmentPlan.of(draft(kit, kit.known(), false), world.settings()).steps().stream()
                        .map(step -> step.id())
                        .toList());

        AddAgentRequest posted = world.verifier().machines().get(ID);
        assertThat(posted.metadata())
                .isEqualTo(
                        "{\"cert_serial\": 2, \"subject\": \"OU=53,O=Keylime,L=Lexington,ST=MA,CN=" + ID + ",C=US\"}");
        assertThat(posted.revocationKey()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        RSAPrivateKey key = (RSAPrivateKey) PemFiles.parsePrivateKey(posted.revocationKey(), new char[0], "posted");
        RSAPublicKey checks = (RSAPublicKey)
                kit.ca().certificateOf(CaName.NOTIFIER).orElseThrow().getPublicKey();
        assertThat(NoticeSignature.verifies(checks, "a notice", NoticeSignature.sign(key, "a notice")))
                .isTrue();
        assertThat(report.all() + posted).doesNotContain("PRIVATE KEY");
    }

    @Test
    void againAndAgainItIsTheSameIdentityUntilItIsRevoked() throws Exception {
        known();
        run();
        // The machine of these tests joins whatever it has; a real one waits for the V that belongs to this U.
        machine.answering("POST keys/ukey", call -> HttpReply.success());
        world.verifier().delivering((id, share) -> share.close());
        run(draft(kit, CaKit.forbidden(), true));
        assertThat(world.verifier().machines().get(ID).metadata()).contains("\"cert_serial\": 2,");
        kit.ca().revoke(BigInteger.TWO, RevocationReason.KEY_COMPROMISE, kit.password());
        run(draft(kit, kit.known(), true));
        assertThat(world.verifier().machines().get(ID).metadata()).contains("\"cert_serial\": 5,");
        assertThat(report.warnings).anyMatch(warning -> warning.contains("is revoked"));
    }

    @Test
    void anUnknownSizeIsAssumedAndSaid() throws Exception {
        known();
        Files.write(include.resolve("large"), new byte[600_000]);
        run();
        assertThat(report.warnings).singleElement().asString().contains("1048576 bytes are assumed", "secure_size");
        UKeyRequest sent = machine.receivedU().orElseThrow();
        assertThat(sent.payload()).isNotNull();
    }

    @Test
    void aDevelopersFolderHasRoomForEverything() throws Exception {
        known();
        says("development");
        Files.write(include.resolve("large"), new byte[600_000]);
        run();
        assertThat(report.warnings).isEmpty();
    }
}
