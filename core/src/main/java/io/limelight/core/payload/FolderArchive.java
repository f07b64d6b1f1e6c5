package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder as one zip archive, which a machine unpacks and whose {@code autorun.sh} it runs: what a person would otherwise pack
 * by hand for {@code -f}. The same folder gives the same bytes.
 *
 * @param zip the archive
 * @param space bytes it takes on the machine: the archive, the key and the unpacked files, in whole blocks
 * @param names of the files, in order, with {@code /} between folders
 */
public record FolderArchive(SecretBytes zip, long space, List<String> names) implements AutoCloseable {
    /** Copies the list. */
    public FolderArchive {
        names = List.copyOf(names);
    }

    /**
     * Packs a folder.
     *
     * @param maxBytes largest sum of file sizes, normally {@link SealedPayload#largestPlaintext}
     * @throws PayloadException as {@link PayloadFolder#read}, or if the folder holds no file
     */
    public static FolderArchive of(Path folder, long maxBytes) throws PayloadException {
        List<PayloadArchive.Source> sources = PayloadFolder.read(folder, maxBytes);
        try {
            if (sources.isEmpty()) {
                throw new PayloadException(folder + " holds no file");
            }
            PackageSize size = new PackageSize();
            sources.forEach(source -> size.addUnpacked(source.content().length()));
            SecretBytes zip = PayloadArchive.pack(sources, PayloadNames.AGENTS_OWN);
            return new FolderArchive(
                    zip,
                    size.space(zip.length()),
                    sources.stream().map(PayloadArchive.Source::name).toList());
        } finally {
            sources.forEach(PayloadArchive.Source::close);
        }
    }

    @Override
    public void close() {
        zip.close();
    }
}
