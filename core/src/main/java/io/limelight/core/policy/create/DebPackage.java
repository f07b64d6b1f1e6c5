package io.limelight.core.policy.create;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Digests of the files in a Debian package (deb(5), format 2.0): an ar archive whose member {@code data.tar} with one of several
 * endings holds the files. They are hashed as they stream by, since {@code md5sums} in a package are MD5. Neither the package's
 * length nor what it unpacks to costs memory; what it may unpack to is bounded.
 *
 * <p>Where a package still puts files into {@code /bin}, {@code /sbin} or {@code /lib…}, a machine with a merged {@code /usr}
 * measures them under {@code /usr}: such a digest stands under both names.
 */
public final class DebPackage {
    /** Unpacked, more is refused. */
    static final long MAX_UNPACKED = 32L << 30;

    private static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_DECODER_KIB = 160 * 1024;
    private static final int MAX_ZSTD_WINDOW_LOG = 27;
    private static final String DATA = "data.tar";
    /** Folders that are links into /usr where it is merged (usrmerge of Debian). */
    private static final Pattern MERGED = Pattern.compile("/(bin|sbin|lib|lib32|lib64|libo32|libx32)/");

    private final FileDigest digest;
    private final DigestTable digests = new DigestTable();
    private final Map<String, String> byName = new HashMap<>();
    private final List<String> left = new ArrayList<>();
    private int unnameable;

    private DebPackage(HashAlgorithm algorithm) {
        digest = new FileDigest(algorithm);
    }

    /**
     * Reads a package.
     *
     * @param in from its first byte; not closed
     * @throws IOException whose message fits after "it is no Debian package:"
     */
    public static PackageContents read(InputStream in, HashAlgorithm algorithm) throws IOException {
        return read(in, algorithm, MAX_UNPACKED);
    }

    static PackageContents read(InputStream in, HashAlgorithm algorithm, long maxUnpacked) throws IOException {
        try {
            return new DebPackage(algorithm).members(in, maxUnpacked);
        } catch (EOFException e) {
            throw new IOException("it is cut short", e);
        } catch (RuntimeException e) {
            // Decoders have many words for bytes they cannot decode.
            throw new IOException("its data are damaged (" + e.getMessage() + ")", e);
        }
    }

    private PackageContents members(InputStream in, long maxUnpacked) throws IOException {
        // Closing any of these would close what is the caller's.
        ArArchiveInputStream members = new ArArchiveInputStream(new BufferedInputStream(in));
        for (ArArchiveEntry member = members.getNextEntry(); member != null; member = members.getNextEntry()) {
            String name = member.getName();
            if (name.startsWith(DATA)) {
                files(decoder(members, name.substring(DATA.length())), maxUnpacked);
                if (unnameable > 0) {
                    left.add(unnameable + " files have names that are no UTF-8 and are left out");
                }
                return new PackageContents(digests, left);
            }
        }
        throw new IOException("it has no member " + DATA);
    }

    private static InputStream decoder(InputStream in, String ending) throws IOException {
        return switch (ending) {
            case "" -> in;
            case ".gz" -> new GzipCompressorInputStream(in);
            case ".bz2" -> new BZip2CompressorInputStream(in);
            case ".xz" -> new SingleXZInputStream(in, MAX_DECODER_KIB);
            case ".lzma" -> new LZMAInputStream(in, MAX_DECODER_KIB);
            case ".zst" -> {
                ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE);
                zstd.setLongMax(MAX_ZSTD_WINDOW_LOG);
                yield zstd;
            }
            default -> throw new IOException("its data are packed in a way that is not known (data.tar" + ending + ")");
        };
    }

    private void files(InputStream unpacked, long maxUnpacked) throws IOException {
        InputStream bounded = new Bounded(unpacked, maxUnpacked);
        TarArchiveInputStream tar = new TarArchiveInputStream(bounded, "UTF-8");
        int entries = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MAX_ENTRIES) {
                throw new IOException("it has more than " + MAX_ENTRIES + " files");
            }
            String name = path(entry.getName());
            if (entry.isLink()) {
                String same = byName.get(path(entry.getLinkName()));
                if (same == null) {
                    throw new IOException("a file is another name of one that did not come before it");
                }
                add(name, same);
            } else if (entry.getLinkFlag() == TarConstants.LF_NORMAL
                    || entry.getLinkFlag() == TarConstants.LF_OLDNORM) {
                // Not isFile, which is true of links and devices as well.
                add(name, digest.of(tar, _ -> {}));
            } else if (entry.isSparse()) {
                left.add(name + " is a sparse file and is left out");
            }
        }
    }

    private void add(String path, String value) {
        if (path.indexOf('\ufffd') >= 0) {
            unnameable++;
            return;
        }
        byName.put(path, value);
        digests.add(path, value);
        if (MERGED.matcher(path).lookingAt()) {
            digests.add("/usr" + path, value);
        }
    }

    private static String path(String name) {
        String relative = name.startsWith("./") ? name.substring(1) : name;
        return (relative.startsWith("/") ? relative : "/" + relative).replace(' ', '_');
    }

    /** Ends with an error behind so many bytes. */
    private static final class Bounded extends FilterInputStream {
        private final long most;
        private long left;

        Bounded(InputStream in, long most) {
            super(in);
            this.most = most;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("it unpacks to more than " + most + " bytes");
            }
        }
    }
}
