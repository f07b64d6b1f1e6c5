import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Leaves out of a jar the native libraries of other systems and processors: java StripNative.java JAR PATTERN-TO-KEEP. */
final class StripNative {
    private static final Pattern NATIVE = Pattern.compile("\\.(so|dll|jnilib|dylib|a)$");

    private StripNative() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Pattern keep = Pattern.compile(arguments[1]);
        Path stripped = jar.resolveSibling(jar.getFileName() + ".stripped");
        try (ZipFile in = new ZipFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(stripped))) {
            for (Enumeration<? extends ZipEntry> entries = in.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (NATIVE.matcher(entry.getName()).find()
                        && !keep.matcher(entry.getName()).find()) {
                    continue;
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(copy);
                in.getInputStream(entry).transferTo(out);
                out.closeEntry();
            }
        }
        Files.move(stripped, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
