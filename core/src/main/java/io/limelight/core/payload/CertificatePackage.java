package io.limelight.core.payload;

import io.limelight.core.ca.CaName;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A certificate package: the zip that a machine gets in Keylime's package mode, entries and order as Keylime's tenant writes
 * them (reference "Certificates" §2). It is flat: what the administrator adds are the plain files of one folder.
 *
 * @param zip the archive
 * @param space bytes it takes on the machine, as {@link #spaceOnMachine} counts them
 * @param included names of the added files, in order
 */
public record CertificatePackage(SecretBytes zip, long space, List<String> included) implements AutoCloseable {
    /**
     * Files an agent keeps beside or above the unpacked ones, in this or an earlier release: a payload that carries one of
     * these names is a mistake, or an attempt to have the agent read it later.
     */
    private static final Set<String> AGENTS_OWN =
            Set.of("decrypted_payload", "derived_tci_key", "encrypted_payload", "agent_data.json", "tpmdata.yml");

    /** Blocks of the memory-backed file system on the machine. */
    private static final int BLOCK = 4096;

    /** At most, of each generated file but the CRL: what belongs to RSA keys of 4096 bits is smaller. */
    private static final int CERTIFICATE_OR_KEY = 3500;

    /** A CRL that has just been made, and what issuing again adds to one that is there. */
    private static final int NEW_CRL = 1024;

    private static final int CRL_GROWTH = 128;

    /** What a zip says about each file, without its name, and at its end. */
    private static final int ZIP_HEADERS = 30 + 46;

    private static final int ZIP_END = 22;

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
                check(include.get(), provisioned.machine().name());
                for (PayloadArchive.Source source : PayloadFolder.read(include.get(), maxBytes)) {
                    sources.add(source);
                    included.add(source.name());
                }
            }
            SecretBytes zip = PayloadArchive.pack(sources, AGENTS_OWN);
            List<Long> sizes = sources.stream()
                    .map(source -> (long) source.content().length())
                    .toList();
            return new CertificatePackage(zip, spaceOnMachine(zip.length(), sizes), included);
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
        Set<String> generated = generatedNames(machine);
        long total = 0;
        for (PayloadFolder.Listed file : PayloadFolder.listFlat(folder)) {
            String name = file.name().toLowerCase(Locale.ROOT);
            if (generated.contains(name)) {
                throw new PayloadException(folder.resolve(file.name())
                        + " has the name of a file that the package makes itself and would replace it on the"
                        + " machine; rename it");
            }
            if (AGENTS_OWN.contains(name)) {
                throw new PayloadException(folder.resolve(file.name())
                        + " has the name of a file that the agent writes itself; rename it");
            }
            total += file.size();
        }
        return total;
    }

    /**
     * What a package takes.
     *
     * @param zip bytes of the archive
     * @param space bytes on the machine, as {@link #spaceOnMachine} counts them
     */
    public record Size(long zip, long space) {}

    /**
     * An upper bound of a package that has not been made, so that nothing is issued for one that cannot be sent.
     *
     * @param crl bytes of the CRL that is there, DER; 0 for none
     * @throws PayloadException as {@link #check}
     */
    public static Size atMost(CaName machine, Optional<Path> include, long crl) throws PayloadException {
        long der = Math.max(NEW_CRL, crl + CRL_GROWTH);
        // Base64 in lines, between two that say what it is.
        long pem = der / 3 * 4 + der / 45 + 100;
        List<Long> sizes = new ArrayList<>();
        long zip = ZIP_END;
        for (String name : MachineIdentity.fileNames(machine)) {
            long size = name.endsWith("cacrl.der") ? der : name.endsWith("cacrl.pem") ? pem : CERTIFICATE_OR_KEY;
            sizes.add(size);
            zip += entry(name, size);
        }
        sizes.add((long) CERTIFICATE_OR_KEY);
        zip += entry(CaName.NOTIFIER + "-cert.crt", CERTIFICATE_OR_KEY);
        if (include.isPresent()) {
            check(include.get(), machine);
            for (PayloadFolder.Listed file : PayloadFolder.listFlat(include.get())) {
                sizes.add(file.size());
                zip += entry(file.name(), file.size());
            }
        }
        return new Size(zip, spaceOnMachine(zip, sizes));
    }

    private static long entry(String name, long size) {
        return size + ZIP_HEADERS + 2L * name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What this one takes. */
    public Size size() {
        return new Size(zip.length(), space);
    }

    /** Lower-case names of what a package holds before anything is added. */
    private static Set<String> generatedNames(CaName machine) {
        Set<String> names = new HashSet<>();
        Stream.of(machine, CaName.NOTIFIER)
                .flatMap(name -> MachineIdentity.fileNames(name).stream())
                .forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return names;
    }

    /**
     * What a payload takes in the secure area of a machine: the archive, the key and the unpacked files lie there together,
     * in whole blocks.
     */
    public static long spaceOnMachine(long zip, List<Long> files) {
        return blocks(zip)
                + BLOCK
                + files.stream().mapToLong(CertificatePackage::blocks).sum();
    }

    private static long blocks(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    @Override
    public void close() {
        zip.close();
    }
}
