package io.limelight.core.endorsement;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class ShippedVendorsTest {
    @Test
    void everyShippedFileHoldsOneCaAndIsFoundByItsSubject() {
        List<String> names = ShippedVendors.names();
        assertThat(names).hasSize(51).doesNotHaveDuplicates();
        for (String name : names) {
            List<X509Certificate> certificates = ShippedVendors.read(name);
            assertThat(certificates).as(name).hasSize(1);
            X509Certificate certificate = certificates.getFirst();
            assertThat(certificate.getBasicConstraints()).as(name).isGreaterThanOrEqualTo(0);
            assertThat(ShippedVendors.named(certificate.getSubjectX500Principal()))
                    .as(name)
                    .contains(certificate);
        }
    }

    @Test
    void theIndexNamesEveryFileThereIs() throws Exception {
        Path folder = Path.of(Objects.requireNonNull(ShippedVendors.class.getResource("vendors/index"))
                        .toURI())
                .getParent();
        List<String> missing = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.pem")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!ShippedVendors.names().contains(name)) {
                    missing.add(name + "\t"
                            + ShippedVendors.read(name)
                                    .getFirst()
                                    .getSubjectX500Principal()
                                    .getName(X500Principal.CANONICAL));
                }
            }
        }
        assertThat(missing).as("lines to add to the index").isEmpty();
    }

    @Test
    void aNameNobodyHasFindsNothing() {
        assertThat(ShippedVendors.named(new X500Principal("CN=Nobody"))).isEmpty();
    }
}
