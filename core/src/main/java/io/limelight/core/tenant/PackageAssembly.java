package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.config.ConfigException;
import io.limelight.core.json.WireJson;
import io.limelight.core.payload.CertificatePackage;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Makes the certificate package of a machine (reference "Certificates" §2), and says beforehand what would not go. */
final class PackageAssembly {
    /** Certificates, keys and an empty CRL. */
    private static final int GENERATED = 12 << 10;

    private static final int NOTIFIERS_COLUMN = 2800;

    private final TenantSettings settings;
    private final SecureRandom random;
    private final TaskReport report;

    PackageAssembly(TenantSettings settings, SecureRandom random, TaskReport report) {
        this.settings = settings;
        this.random = random;
        this.report = report;
    }

    /**
     * Roughly how large the archive will be; asks nobody and makes nothing.
     *
     * @throws TenantException if it is known already that it cannot be sent, or that the CA must not be used
     */
    static long expectedSize(AgentId id, PayloadChoice.WithCertificate choice, TenantSettings settings)
            throws TenantException {
        requireOtherCaThanServices(choice.ca().path(), settings);
        try {
            CaName name = CaName.fresh(id.value());
            long included = choice.include().isPresent()
                    ? CertificatePackage.check(choice.include().get(), name)
                    : 0;
            SealedPayload.requireFits(included, settings.maxPayload());
            return included + GENERATED;
        } catch (CaException | PayloadException e) {
            throw refused(e);
        }
    }

    /** Whoever holds a certificate of the services' CA is an administrator; a machine must never get one. */
    static void requireOtherCaThanServices(Path folder, TenantSettings settings) throws TenantException {
        Path tlsFolder = settings.tls().folder();
        for (Path services :
                List.of(tlsFolder, tlsFolder.resolveSibling("cv_ca"), tlsFolder.resolveSibling("reg_ca"))) {
            if (same(folder, services)) {
                throw servicesCa(folder, "it is the folder " + services + " of the services");
            }
        }
        Path file = folder.resolve("cacert.crt");
        if (!Files.exists(file)) {
            return;
        }
        X509Certificate authority;
        try {
            authority = PemFiles.readCertificates(file).getFirst();
        } catch (TlsSetupException e) {
            throw new TenantException(
                    Kind.PAYLOAD, "The CA cannot be used: " + e.getMessage() + "; restore it from a backup.", e);
        }
        try {
            if (settings.tls().trusted("trusted_server_ca").certificates().contains(authority)) {
                throw servicesCa(folder, "trusted_server_ca of tenant.conf names it");
            }
            X509Certificate own = settings.tls().client().certificate();
            if (issued(authority, own)) {
                throw servicesCa(folder, "it issued this tenant's own certificate, which makes it an administrator");
            }
        } catch (TlsSetupException | ConfigException e) {
            // Said with advice by the first request, which needs these files; nothing is issued before.
            return;
        }
    }

    private static boolean same(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other);
            }
            return one.toAbsolutePath()
                    .normalize()
                    .equals(other.toAbsolutePath().normalize());
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean issued(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TenantException servicesCa(Path folder, String why) {
        return new TenantException(
                Kind.PAYLOAD,
                "The CA in " + folder + " is the one of registrar and verifier (" + why
                        + "); a machine with a certificate of it would be an administrator. Name another folder with"
                        + " --cert; a CA is made there.");
    }

    /** Issues what has to be issued, packs and seals. */
    PreparedPayload assemble(PayloadChoice.WithCertificate choice, AgentId id, AgentClient agent)
            throws TenantException {
        // Once more, as the machine may have been found after the plan was made.
        expectedSize(id, choice, settings);
        SecureSize room = room(agent);
        try (Provisioned provisioned = provision(choice, CaName.fresh(id.value()), id, room)) {
            provisioned.notes().forEach(report::warn);
            try (CertificatePackage packed = CertificatePackage.of(
                    provisioned, choice.include(), SealedPayload.largestPlaintext(settings.maxPayload()))) {
                SealedPayload.requireFits(packed.zip().length(), settings.maxPayload());
                requireRoom(room, packed.size(), "", id);
                warnIfRoomIsUnknown(room, packed.size(), id);
                MachineIdentity machine = provisioned.machine();
                Delivered delivered = new Delivered(
                        PackedContents.of("", packed.zip()),
                        Optional.of(new Delivered.Certificate(
                                machine.serial(),
                                machine.subject(),
                                machine.certificate().getNotAfter().toInstant(),
                                provisioned.issued(),
                                machine.authority().getSubjectX500Principal().getName())),
                        provisioned.notes());
                return PreparedPayload.seal(
                        packed.zip(),
                        "package ready: certificate " + machine.serial() + (provisioned.issued() ? " (new)" : "")
                                + " of the CA in " + choice.ca().path() + ", "
                                + added(packed.included().size()) + packed.zip().length()
                                + " bytes, encrypted under a fresh key",
                        revocable(provisioned),
                        delivered,
                        random);
            }
        } catch (CaException | PayloadException e) {
            throw refused(e);
        }
    }

    /** Issues nothing for a package that may turn out too large; one whose certificate is there is measured as it is. */
    private Provisioned provision(PayloadChoice.WithCertificate choice, CaName name, AgentId id, SecureSize room)
            throws CaException, PayloadException {
        Identities identities = new Identities(choice.ca());
        if (!identities.complete(name)) {
            CertificatePackage.Size most = CertificatePackage.atMost(name, choice.include(), crlLength(choice));
            SealedPayload.requireFits(most.zip(), settings.maxPayload());
            requireRoom(room, most, "up to ", id);
        }
        return identities.provision(name, choice.password());
    }

    /** Bytes of the CRL that is there; 0 for none. */
    static long crlLength(PayloadChoice.WithCertificate choice) throws CaException {
        Path crl = choice.ca().path().resolve("cacrl.der");
        try {
            return Files.exists(crl) ? Files.size(crl) : 0;
        } catch (IOException e) {
            throw new CaException("cannot read " + crl + ": " + FileTrouble.sentence(e), e);
        }
    }

    private static String added(int files) {
        return switch (files) {
            case 0 -> "";
            case 1 -> "1 added file, ";
            default -> files + " added files, ";
        };
    }

    private static PreparedPayload.Revocable revocable(Provisioned provisioned) throws CaException {
        MachineIdentity machine = provisioned.machine();
        if (provisioned.notifier().key().length() > NOTIFIERS_COLUMN) {
            throw new CaException("the notifier's key has "
                    + provisioned.notifier().key().length() + " characters in PEM, a verifier takes at most "
                    + NOTIFIERS_COLUMN + "; make a CA of its own with cert_bits = 2048 or 3072");
        }
        // As Python writes it: receivers compare texts.
        String metadata = "{\"cert_serial\": " + machine.serial() + ", \"subject\": "
                + WireJson.compactText(WireJson.object().stringNode(machine.subject())) + "}";
        return new PreparedPayload.Revocable(provisioned.notifier().key().copy(), metadata);
    }

    private static SecureSize room(AgentClient agent) {
        try {
            return SecureSize.of(agent.limelightStatus().value());
        } catch (ApiException e) {
            return SecureSize.UNKNOWN;
        }
    }

    private static void requireRoom(SecureSize room, CertificatePackage.Size size, String bound, AgentId id)
            throws PayloadException {
        if (room.bytes().isPresent() && size.space() > room.bytes().getAsLong()) {
            throw new PayloadException(needs(size, bound) + ", and secure_size of " + id + " is "
                    + room.bytes().getAsLong() + " bytes; send less, or raise secure_size there");
        }
    }

    private void warnIfRoomIsUnknown(SecureSize room, CertificatePackage.Size size, AgentId id) {
        if (!room.unlimited() && room.bytes().isEmpty() && size.space() > SecureSize.ASSUMED) {
            report.warn("Machine " + id + " does not say how large its secure area is; the usual "
                    + SecureSize.ASSUMED + " bytes are assumed. Then " + needs(size, "")
                    + " and does not fit: the machine would take it and unpack nothing. Raise secure_size there, or"
                    + " send less.");
        }
    }

    private static String needs(CertificatePackage.Size size, String bound) {
        return "the package takes " + bound + size.space() + " bytes in the machine's secure area (" + size.zip()
                + " packed, and its files unpacked, in whole blocks)";
    }

    private static TenantException refused(Exception e) {
        return new TenantException(Kind.PAYLOAD, "The package cannot be sent: " + e.getMessage() + ".", e);
    }
}
