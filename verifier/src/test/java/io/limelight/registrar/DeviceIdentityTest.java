package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.tls.LenientCertificates;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;
import io.limelight.core.tpm.TpmPublic;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IAK and IDevID certificates as a manufacturer issues them, with an intermediate authority. */
class DeviceIdentityTest {
    @TempDir
    Path store;

    private static X509Certificate certificate(String name) throws Exception {
        try (InputStream in = DeviceIdentityTest.class.getResourceAsStream("/fixtures/certs/" + name)) {
            return LenientCertificates.parse(in.readAllBytes()).certificate();
        }
    }

    private static TpmPublic keyOf(X509Certificate certificate) throws Exception {
        PublicKey key = certificate.getPublicKey();
        return TpmPublic.attestationKey(
                key,
                key instanceof ECPublicKey ? SigningAlgorithm.ECDSA : SigningAlgorithm.RSASSA,
                HashAlgorithm.SHA256);
    }

    private void check() throws Exception {
        X509Certificate iak = certificate("iak.der");
        X509Certificate idevid = certificate("idevid.der");
        new DeviceIdentity(store)
                .check(
                        RegistrationRequest.of("", "", "", "", 1, ""),
                        "m1",
                        TestMachine.ecc().ak().publicArea(),
                        Optional.of(keyOf(iak)),
                        Optional.of(iak),
                        Optional.of(keyOf(idevid)),
                        Optional.of(idevid));
    }

    @Test
    void certificatesOfAnIntermediateInTheStoreAreAcceptedAndTheProofIsAskedFor() throws Exception {
        try (InputStream chain = getClass().getResourceAsStream("/fixtures/certs/iak_idevid_chain.pem")) {
            Files.write(store.resolve("manufacturer.pem"), chain.readAllBytes());
        }
        assertThatThrownBy(this::check).hasMessageContaining("iak_attest is missing");
    }

    @Test
    void withoutTheirAuthorityTheyAreRefusedByName() {
        assertThatThrownBy(this::check).hasMessageContaining("iak_cert").hasMessageContaining(store.toString());
    }

    @Test
    void aStoreThatDoesNotExistTrustsNobody() throws Exception {
        Files.delete(store);
        assertThatThrownBy(this::check).hasMessageContaining("iak_cert");
    }
}
