package io.limelight.core.policy.create;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * The files in an initial ramdisk ({@code initrd.img-…}, {@code initramfs-…img}).
 *
 * <p>Before the archive that matters there may be others, not compressed, with nothing but zeros between them: microcode and ACPI
 * tables, which nobody runs. They are passed over, however many they are (Keylime's tool passes over one); the last archive,
 * whatever it is compressed with, is the one that is read. An image is read as a stream, so neither its length nor what it unpacks
 * to costs memory; what it may unpack to and what its decoders may allocate is bounded.
 */
public final class InitialRamdisk {
    /** Unpacked, more is refused. */
    public static final long MAX_UNPACKED = 8L << 30;

    /** The kernel's own decoders take no larger windows. */
    private static final int MAX_DECODER_KIB = 160 * 1024;

    private static final int MAX_ZSTD_WINDOW_LOG = 27;
    private static final int MAX_LINKS = 100_000;

    /**
     * What is in it.
     *
     * @param digests of its regular files, by their path from the root, blanks as underscores
     * @param unnameable files whose name is no UTF-8, which no policy can hold
     */
    public record Contents(DigestTable digests, long unnameable) {}

    private final HashAlgorithm algorithm;
    private final long maxUnpacked;

    private InitialRamdisk(HashAlgorithm algorithm, long maxUnpacked) {
        this.algorithm = algorithm;
        this.maxUnpacked = maxUnpacked;
    }

    /**
     * Reads one.
     *
     * @param image from its first byte; not closed
     * @throws IOException whose message fits after "it cannot be unpacked:"
     */
    public static Contents read(InputStream image, HashAlgorithm algorithm) throws IOException {
        return read(image, algorithm, MAX_UNPACKED);
    }

    static Contents read(InputStream image, HashAlgorithm algorithm, long maxUnpacked) throws IOException {
        try {
            return new InitialRamdisk(algorithm, maxUnpacked).segments(image);
        } catch (EOFException e) {
            throw new IOException("it is cut short", e);
        } catch (RuntimeException e) {
            // Decoders have many words for bytes they cannot decode.
            throw new IOException("its compressed data are damaged (" + e.getMessage() + ")", e);
        }
    }

    private Contents segments(InputStream image) throws IOException {
        PushbackInputStream in =
                new PushbackInputStream(new BufferedInputStream(image, 64 * 1024), CpioReader.MAGIC_LENGTH);
        Optional<Contents> plain = Optional.empty();
        while (true) {
            byte[] magic = magic(in);
            if (magic.length == 0) {
                return plain.orElseThrow(() -> new IOException("it is empty"));
            }
            in.unread(magic);
            if (!CpioReader.isMagic(magic)) {
                // Its buffers may have read on; nothing is read after it.
                return archive(decoder(in, magic));
            }
            plain = Optional.of(archive(in));
        }
    }

    /** The first bytes that are not zero; none at the end. */
    private static byte[] magic(PushbackInputStream in) throws IOException {
        int first = in.read();
        while (first == 0) {
            first = in.read();
        }
        if (first < 0) {
            return new byte[0];
        }
        in.unread(first);
        return in.readNBytes(CpioReader.MAGIC_LENGTH);
    }

    private static boolean starts(byte[] magic, int... bytes) {
        if (magic.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((magic[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static InputStream decoder(InputStream in, byte[] magic) throws IOException {
        if (starts(magic, 0x1f, 0x8b)) {
            return new GzipCompressorInputStream(in);
        }
        if (starts(magic, 'B', 'Z', 'h')) {
            return new BZip2CompressorInputStream(in);
        }
        if (starts(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return new SingleXZInputStream(in, MAX_DECODER_KIB);
        }
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
            ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE);
            zstd.setLongMax(MAX_ZSTD_WINDOW_LOG);
            return zstd;
        }
        if (starts(magic, 0x04, 0x22, 0x4d, 0x18)) {
            return new FramedLZ4CompressorInputStream(in);
        }
        if (starts(magic, 0x02, 0x21, 0x4c, 0x18)) {
            in.skipNBytes(4);
            return new LegacyLz4Stream(in);
        }
        if (starts(magic, 0x89, 'L', 'Z', 'O')) {
            throw new IOException("it is compressed with lzo, which is not supported; unpack it (lzop -d) first");
        }
        if (starts(magic, 0x5d, 0x00, 0x00)) {
            return new LZMAInputStream(in, MAX_DECODER_KIB);
        }
        throw new IOException("it is no cpio archive, and compressed with nothing that is known");
    }

    private Contents archive(InputStream unpacked) throws IOException {
        CpioReader archive = new CpioReader(unpacked, maxUnpacked);
        FileDigest digest = new FileDigest(algorithm);
        DigestTable digests = new DigestTable();
        Map<String, List<String>> links = new HashMap<>();
        long unnameable = 0;
        for (Optional<CpioReader.Entry> next = archive.next(); next.isPresent(); next = archive.next()) {
            CpioReader.Entry entry = next.get();
            if (!entry.file()) {
                continue;
            }
            if (entry.name().isEmpty()) {
                unnameable++;
                continue;
            }
            String path = path(entry.name().get());
            if (entry.linked() && entry.size() == 0) {
                links.computeIfAbsent(entry.inode(), _ -> new ArrayList<>()).add(path);
                if (links.size() > MAX_LINKS) {
                    throw new IOException("it has more than " + MAX_LINKS + " files with several names");
                }
                continue;
            }
            String value = digest.of(archive.data(), _ -> {});
            digests.add(path, value);
            List<String> others = entry.linked() ? links.remove(entry.inode()) : null;
            if (others != null) {
                others.forEach(other -> digests.add(other, value));
            }
        }
        // No entry had data: the file is empty.
        String empty = digest.of(InputStream.nullInputStream(), _ -> {});
        links.values().forEach(names -> names.forEach(name -> digests.add(name, empty)));
        return new Contents(digests, unnameable);
    }

    private static String path(String name) {
        String relative = name.startsWith("./") ? name.substring(1) : name;
        return (relative.startsWith("/") ? relative : "/" + relative).replace(' ', '_');
    }
}
