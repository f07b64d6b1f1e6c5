import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Writes what a package is made of as CycloneDX 1.6 to standard output: every jar and the Java that lie in its folder, as they
 * lie there. So it also says what a list of a build's dependencies cannot: the checksum of a jar whose foreign native code is gone.
 *
 * <p>Arguments: folder, name of the package, version, seconds since 1970.
 */
final class BillOfMaterials {
    private static final Pattern FILE = Pattern.compile("(.+?)-([0-9][A-Za-z0-9.-]*?)(-linux[a-z0-9-]*)?\\.jar");
    private static final Pattern LICENCE =
            Pattern.compile("<license>.*?<name>\\s*([^<]+?)\\s*</name>", Pattern.DOTALL);
    /** Group and licence of those whose jars say neither. */
    private static final java.util.Map<String, List<String>> KNOWN = java.util.Map.ofEntries(
            known("javafx-base", "org.openjfx", "GPL-2.0-only WITH Classpath-exception-2.0"),
            known("javafx-controls", "org.openjfx", "GPL-2.0-only WITH Classpath-exception-2.0"),
            known("javafx-graphics", "org.openjfx", "GPL-2.0-only WITH Classpath-exception-2.0"),
            known("javafx-swing", "org.openjfx", "GPL-2.0-only WITH Classpath-exception-2.0"),
            known("atlantafx-base", "io.github.mkpaz", "MIT"),
            known("controlsfx", "org.controlsfx", "BSD-3-Clause"),
            known("ikonli-core", "org.kordamp.ikonli", "Apache-2.0"),
            known("ikonli-javafx", "org.kordamp.ikonli", "Apache-2.0"),
            known("ikonli-feather-pack", "org.kordamp.ikonli", "Apache-2.0"),
            known("TSS.Java", "com.microsoft.azure", "MIT"),
            known("bcprov-jdk18on", "org.bouncycastle", "Bouncy Castle Licence"),
            known("bcpkix-jdk18on", "org.bouncycastle", "Bouncy Castle Licence"),
            known("bcutil-jdk18on", "org.bouncycastle", "Bouncy Castle Licence"),
            known("bcpg-jdk18on", "org.bouncycastle", "Bouncy Castle Licence"),
            known("flyway-core", "org.flywaydb", "Apache-2.0"),
            known("flyway-database-cockroachdb", "org.flywaydb", "Apache-2.0"),
            known("flyway-database-postgresql", "org.flywaydb", "Apache-2.0"),
            known("jdbi3-core", "org.jdbi", "Apache-2.0"),
            known("jspecify", "org.jspecify", "Apache-2.0"),
            known("jsvg", "com.github.weisj", "MIT"),
            known("micrometer-commons", "io.micrometer", "Apache-2.0"),
            known("micrometer-core", "io.micrometer", "Apache-2.0"),
            known("micrometer-observation", "io.micrometer", "Apache-2.0"),
            known("micrometer-registry-prometheus", "io.micrometer", "Apache-2.0"),
            known("picocli", "info.picocli", "Apache-2.0"),
            known("postgresql", "org.postgresql", "BSD-2-Clause"),
            known("re2j", "com.google.re2j", "BSD-3-Clause"),
            known("xz", "org.tukaani", "0BSD"),
            known("zstd-jni", "com.github.luben", "BSD-2-Clause"),
            known("kotlin-stdlib", "org.jetbrains.kotlin", "Apache-2.0"),
            known("annotations", "org.jetbrains", "Apache-2.0"),
            known("okhttp-jvm", "com.squareup.okhttp3", "Apache-2.0"),
            known("okio-jvm", "com.squareup.okio", "Apache-2.0"));
    private static final int MOST_TEXT = 1 << 20;

    private BillOfMaterials() {}

    private static java.util.Map.Entry<String, List<String>> known(String artifact, String group, String licence) {
        return java.util.Map.entry(artifact, List.of(group, licence));
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String name = arguments[1];
        String version = arguments[2];
        List<Path> files;
        try (Stream<Path> tree = Files.walk(folder)) {
            files = tree.filter(file -> Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        List<String> components = new ArrayList<>();
        for (Path file : files) {
            if (file.toString().endsWith(".jar") && !file.endsWith("jrt-fs.jar")) {
                components.add(jar(folder, file));
            } else if (file.endsWith("runtime/release")) {
                components.add(runtime(folder, file));
            }
        }
        String time = Instant.ofEpochSecond(Long.parseLong(arguments[3])).toString();
        // The same inputs have the same number: two builds of one commit are equal.
        UUID serial = UUID.nameUUIDFromBytes((name + version + components).getBytes(StandardCharsets.UTF_8));
        System.out.println("{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n  \"serialNumber\": \"urn:uuid:"
                + serial + "\",\n  \"version\": 1,\n  \"metadata\": {\n    \"timestamp\": " + text(time)
                + ",\n    \"component\": {\"type\": \"application\", \"bom-ref\": " + text(name) + ", \"name\": " + text(name)
                + ", \"version\": " + text(version)
                + ", \"licenses\": [{\"license\": {\"id\": \"Apache-2.0\"}}]}\n  },\n  \"components\": [\n    "
                + String.join(",\n    ", components) + "\n  ]\n}");
    }

    private static String jar(Path folder, Path file) throws Exception {
        String where = folder.relativize(file).toString();
        Matcher named = FILE.matcher(file.getFileName().toString());
        String artifact = file.getFileName().toString().replaceFirst("\\.jar$", "");
        String version = "";
        if (named.matches()) {
            artifact = named.group(1);
            version = named.group(2);
        }
        String group = "";
        String licence = "";
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith("/" + artifact + "/pom.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = zip.getInputStream(entry)) {
                        properties.load(in);
                    }
                    group = properties.getProperty("groupId", "");
                    version = properties.getProperty("version", version);
                } else if (entry.getName().endsWith("/" + artifact + "/pom.xml")) {
                    Matcher found = LICENCE.matcher(read(zip, entry));
                    licence = found.find() ? found.group(1) : licence;
                } else if (entry.getName().equals("META-INF/MANIFEST.MF") && licence.isEmpty()) {
                    licence = manifest(read(zip, entry));
                }
            }
        }
        List<String> known = KNOWN.getOrDefault(artifact, List.of("", ""));
        group = group.isEmpty() ? known.get(0) : group;
        licence = licence.isEmpty() ? known.get(1) : licence;
        if (artifact.startsWith("limelight")) {
            group = "io.limelight";
            licence = "Apache-2.0";
        }
        StringBuilder json = new StringBuilder("{\"type\": \"library\", \"bom-ref\": ").append(text(where));
        if (!group.isEmpty()) {
            json.append(", \"group\": ").append(text(group));
        }
        json.append(", \"name\": ").append(text(artifact));
        if (!version.isEmpty()) {
            json.append(", \"version\": ").append(text(version));
        }
        json.append(", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"").append(sha256(file)).append("\"}]");
        if (!licence.isEmpty()) {
            json.append(", \"licenses\": [{\"license\": {\"name\": ").append(text(licence)).append("}}]");
        }
        if (!group.isEmpty() && !version.isEmpty()) {
            json.append(", \"purl\": ").append(text("pkg:maven/" + group + "/" + artifact + "@" + version));
        }
        return json.append('}').toString();
    }

    private static String runtime(Path folder, Path file) throws Exception {
        Properties release = new Properties();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            release.load(in);
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        return "{\"type\": \"framework\", \"bom-ref\": " + text(folder.relativize(file.getParent()).toString())
                + ", \"name\": \"OpenJDK\", \"version\": " + text(version)
                + ", \"licenses\": [{\"license\": {\"name\": \"GPL-2.0-only WITH Classpath-exception-2.0\"}}]"
                + ", \"description\": " + text(release.getProperty("MODULES", "").replace("\"", "")) + "}";
    }

    private static String manifest(String text) {
        for (String line : text.replace("\r\n ", "").replace("\n ", "").split("\r?\n", -1)) {
            if (line.startsWith("Bundle-License:")) {
                return line.substring("Bundle-License:".length()).strip();
            }
        }
        return "";
    }

    private static String read(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStreamReader in = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8)) {
            char[] buffer = new char[MOST_TEXT];
            int length = 0;
            for (int n; length < buffer.length && (n = in.read(buffer, length, buffer.length - length)) > 0; ) {
                length += n;
            }
            return new String(buffer, 0, length);
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static String text(String value) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
