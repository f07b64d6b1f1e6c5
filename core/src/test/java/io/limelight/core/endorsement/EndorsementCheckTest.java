package io.limelight.core.endorsement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificate and script together: both must agree, and either may be left out. */
class EndorsementCheckTest {
    private static final AgentId ID = AgentId.of("machine-7");
    private static final SoftEndorsementKey EK = SoftEndorsementKey.of(KeyPairs.p256(new SecureRandom()));

    @TempDir
    Path folder;

    private Optional<EkCertificateCheck> certificates(TestVendor vendor) throws Exception {
        vendor.into(folder.resolve("store"));
        return Optional.of(new EkCertificateCheck(VendorStore.only(folder.resolve("store")), false));
    }

    private Optional<EkCheckScript> script(int status) throws Exception {
        Path script = Files.writeString(folder.resolve("check"), "#!/bin/sh\ntouch asked\nexit " + status + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return Optional.of(new EkCheckScript(script, folder, folder.resolve("store"), EkCheckScript.DEFAULT_LIMIT));
    }

    private EndorsementCheck.Endorsement check(EndorsementPolicy policy, Optional<String> ekcert) throws Exception {
        return new EndorsementCheck(policy, InstantSource.system())
                .check(ID, EK.publicArea(), ekcert, new Cancellation());
    }

    @Test
    void bothMustAgree() throws Exception {
        TestVendor vendor = TestVendor.named("V");
        Optional<String> ekcert = Optional.of(TestVendor.base64(vendor.issue(EK.publicKey())));
        assertThat(check(new EndorsementPolicy(certificates(vendor), script(0)), ekcert)
                        .sentence())
                .contains("certificate is of ", "CN=V", "ek_check_script accepts it");
        assertThatThrownBy(() -> check(new EndorsementPolicy(certificates(vendor), script(1)), ekcert))
                .isInstanceOf(EndorsementException.class);
    }

    @Test
    void aScriptIsNotAskedAboutACertificateThatIsRefused() throws Exception {
        Optional<String> foreign =
                Optional.of(TestVendor.base64(TestVendor.named("W").issue(EK.publicKey())));
        assertThatThrownBy(() -> check(new EndorsementPolicy(certificates(TestVendor.named("V")), script(0)), foreign))
                .isInstanceOf(EndorsementException.class);
        assertThat(folder.resolve("asked")).doesNotExist();
    }

    @Test
    void aScriptAloneJudgesAnEkWithoutCertificate() throws Exception {
        EndorsementPolicy policy = new EndorsementPolicy(Optional.empty(), script(0));
        assertThat(check(policy, Optional.empty()).warnings()).isEmpty();
    }

    @Test
    void withoutEitherEverythingIsAcceptedAndLoudlySaidSo() throws Exception {
        EndorsementCheck.Endorsement endorsement =
                check(new EndorsementPolicy(Optional.empty(), Optional.empty()), Optional.empty());
        assertThat(endorsement.warnings()).singleElement().asString().contains("require_ek_cert", "proves nothing");
        assertThat(endorsement.sentence()).contains("not judged");
    }

    @Test
    void anEmptyTextIsNoCertificate() throws Exception {
        assertThatThrownBy(() -> check(
                        new EndorsementPolicy(certificates(TestVendor.named("V")), Optional.empty()), Optional.of("")))
                .hasMessageContaining("no EK certificate");
    }
}
