package io.limelight.core.policy.create;

import io.limelight.core.policy.sign.DetachedSignature;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A repository of RPM packages in a folder ({@code createrepo}): digests of all files of all packages below it. Its {@code
 * repodata/repomd.xml} may be signed by {@code repomd.xml.asc} with the key {@code repomd.xml.key}; a signature that is there must
 * be right. It covers the list of packages and not the packages: that each is the one that the list means is not checked, as in
 * Keylime.
 */
public final class LocalRpmRepository {
    private static final int MOST_PACKAGES = 200_000;
    private static final int MAX_METADATA = 16 << 20;

    private LocalRpmRepository() {}

    /**
     * Reads it.
     *
     * @param now when the key must be valid
     */
    public static PackageContents read(Path folder, Instant now) throws PolicySourceException {
        if (!Files.isDirectory(folder)) {
            throw new PolicySourceException("The RPM repository '" + folder + "' is no directory.");
        }
        List<String> left = new ArrayList<>();
        requireSigned(folder.resolve("repodata"), folder, now, left);
        DigestTable digests = new DigestTable();
        List<Path> packages = packages(folder, ".rpm");
        for (Path file : packages) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                PackageContents contents = RpmPackage.read(in);
                digests.addAll(contents.digests());
                contents.left().forEach(sentence -> left.add(file + ": " + sentence));
            } catch (IOException e) {
                throw new PolicySourceException(file + " is no RPM package: " + e.getMessage() + ".", e);
            }
        }
        if (packages.isEmpty()) {
            left.add("there is no package (*.rpm) in " + folder);
        }
        return new PackageContents(digests, left);
    }

    /** Plain files below a folder with this ending, or the file itself, in the order of their names; links are not followed. */
    public static List<Path> packages(Path place, String ending) throws PolicySourceException {
        try (Stream<Path> files = Files.walk(place)) {
            List<Path> packages = files.filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
                    .limit(MOST_PACKAGES + 1L)
                    .sorted()
                    .toList();
            if (packages.size() > MOST_PACKAGES) {
                throw new PolicySourceException(
                        place + " holds more than " + MOST_PACKAGES + " packages; read it in parts.");
            }
            return packages;
        } catch (IOException e) {
            throw new PolicySourceException(place + " cannot be read: " + e.getMessage() + ".", e);
        } catch (UncheckedIOException e) {
            throw new PolicySourceException(place + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static void requireSigned(Path metadata, Path folder, Instant now, List<String> left)
            throws PolicySourceException {
        Path list = metadata.resolve("repomd.xml");
        Path signature = metadata.resolve("repomd.xml.asc");
        Path key = metadata.resolve("repomd.xml.key");
        if (!Files.isRegularFile(list)) {
            throw new PolicySourceException(
                    "There is no " + list + ": " + folder + " is no RPM repository; createrepo makes one of it.");
        }
        if (!Files.exists(signature)) {
            left.add("the RPM repository " + folder + " is not signed (there is no " + signature.getFileName() + ")");
            return;
        }
        if (!Files.exists(key)) {
            throw new PolicySourceException("The RPM repository " + folder + " is signed, and the key " + key
                    + " is not there; put the key there by which you know its maker.");
        }
        try {
            if (!DetachedSignature.verifies(
                    bounded(list, MAX_METADATA),
                    bounded(signature, DetachedSignature.MAX_LENGTH),
                    bounded(key, DetachedSignature.MAX_LENGTH),
                    now)) {
                throw new PolicySourceException("The signature of " + list + " is not by " + key
                        + ", or the list was changed; nothing of this repository is used.");
            }
        } catch (PolicySignatureException e) {
            throw new PolicySourceException(
                    "The signature of " + list + " cannot be checked: " + e.getMessage() + ".", e);
        }
    }

    private static byte[] bounded(Path file, int most) throws PolicySourceException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new PolicySourceException(file + " has more than " + most + " bytes, which is refused.");
            }
            return bytes;
        } catch (IOException e) {
            throw new PolicySourceException(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
