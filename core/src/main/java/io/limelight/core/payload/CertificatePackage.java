package io.limelight.core.payload;

import io.limelight.core.ca.CaName;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.secret.SecretBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A certificate package: the zip that a machine gets in Keylime's package mode, entries and order as Keylime's tenant writes
 * them (reference "Certificates" §2). It is flat: what the administrator adds are the plain files of one folder.
 *
 * @param zip the archive
 * @param space bytes it takes on the machine: the archive, the key and the unpacked files, in whole blocks
 * @param included names of the added files, in order
 */
public record CertificatePackage(SecretBytes zip, long space, List<String> included) implements AutoCloseable {
    /** At most, of each generated file but the CRL: what belongs to RSA keys of 4096 bits is smaller. */
    private static final int CERTIFICATE_OR_KEY = 3500;

    /** A CRL that has just been made, and what issuing again adds to one that is there. */
    private static final int NEW_CRL = 1024;

    private static final int CRL_GROWTH = 128;

    /** Copies the list. */
    public CertificatePackage {
        included = List.copyOf(included);
    }

    /** What {@code keylime_ca -c pkg} packs: the identity without anything added. */
    public static SecretBytes bare(MachineIdentity identity) throws PayloadException {
        List<PayloadArchive.Source> sources = new ArrayList<>();
        try {
            identity.files().forEach(file -> sources.add(new PayloadArchive.Source(file.name(), file.content())));
            return PayloadArchive.pack(sources, Set.of());
        } finally {
            sources.forEach(PayloadArchive.Source::close);
        }
    }

    /**
     * Packs what a machine gets.
     *
     * @param include folder with files to add; empty for none
     * @param maxBytes largest sum of their sizes
     */
    public static CertificatePackage of(Provisioned provisioned, Optional<Path> include, long maxBytes)
            throws PayloadException {
        List<PayloadArchive.Source> sources = new ArrayList<>();
        try {
            Stream.concat(
                            provisioned.machine().files().stream(),
                            Stream.of(provisioned.notifier().certificateFile()))
                    .forEach(file -> sources.add(new PayloadArchive.Source(file.name(), file.content())));
            List<String> included = new ArrayList<>();
            if (include.isPresent()) {
                for (PayloadArchive.Source source : PayloadFolder.readFlat(
                        include.get(), provisioned.machine().name(), maxBytes)) {
                    sources.add(source);
                    included.add(source.name());
                }
            }
            SecretBytes zip = PayloadArchive.pack(sources, PayloadNames.AGENTS_OWN);
            PackageSize size = new PackageSize();
            sources.forEach(source -> size.addUnpacked(source.content().length()));
            return new CertificatePackage(zip, size.space(zip.length()), included);
        } finally {
            sources.forEach(PayloadArchive.Source::close);
        }
    }

    /**
     * Checks the files of a folder that are to be added; reads none.
     *
     * @return the sum of their sizes
     * @throws PayloadException naming every folder in it, or the first link, device, or file with a name that is taken
     */
    public static long check(Path folder, CaName machine) throws PayloadException {
        return included(folder, machine).stream()
                .mapToLong(FolderWalk.Found::size)
                .sum();
    }

    private static List<FolderWalk.Found> included(Path folder, CaName machine) throws PayloadException {
        return PayloadFolder.listFlat(folder, EntryRules.ofPackage(machine));
    }

    /**
     * What a package takes.
     *
     * @param zip bytes of the archive
     * @param space bytes on the machine: the archive, the key and the unpacked files, in whole blocks
     */
    public record Size(long zip, long space) {}

    /**
     * An upper bound of a package that has not been made, so that nothing is issued for one that cannot be sent.
     *
     * @param crl bytes of the CRL that is there, DER; 0 for none
     * @throws PayloadException as {@link #check}
     */
    public static Size atMost(CaName machine, Optional<Path> include, long crl) throws PayloadException {
        PackageSize size = new PackageSize();
        for (Generated file : generated(machine, crl)) {
            size.add(file.name(), file.atMost());
        }
        if (include.isPresent()) {
            for (FolderWalk.Found file : included(include.get(), machine)) {
                size.add(file.name(), file.size());
            }
        }
        return new Size(size.zip(), size.space());
    }

    /**
     * A file that is made when the package is.
     *
     * @param atMost bytes it has at most
     */
    record Generated(String name, long atMost) {}

    /**
     * What a package holds before anything is added, in order.
     *
     * @param crl bytes of the CRL that is there, DER; 0 for none
     */
    static List<Generated> generated(CaName machine, long crl) {
        long der = Math.max(NEW_CRL, crl + CRL_GROWTH);
        // Base64 in lines, between two that say what it is.
        long pem = der / 3 * 4 + der / 45 + 100;
        List<Generated> files = new ArrayList<>();
        for (String name : MachineIdentity.fileNames(machine)) {
            files.add(new Generated(
                    name, name.endsWith("cacrl.der") ? der : name.endsWith("cacrl.pem") ? pem : CERTIFICATE_OR_KEY));
        }
        files.add(new Generated(CaName.NOTIFIER + "-cert.crt", CERTIFICATE_OR_KEY));
        return files;
    }

    /** What this one takes. */
    public Size size() {
        return new Size(zip.length(), space);
    }

    @Override
    public void close() {
        zip.close();
    }
}
