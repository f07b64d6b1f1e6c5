package io.limelight.console.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys in the sources and keys in the bundles are the same ones. */
class WordsConsistencyTest {
    private static final Path SOURCES = Path.of("src/main/java/io/limelight/console");
    private static final Path BUNDLES = Path.of("src/main/resources/io/limelight/console/words");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z][a-z0-9-]*(?:\\.[a-zA-Z0-9_-]+)*\\.?)\"");
    private static final Pattern ASKED =
            Pattern.compile("\\.of\\(\\s*\"([a-z][a-z0-9-]*\\.[a-zA-Z0-9._-]*)\"\\s*([,)+])");

    private static final Map<String, String> KEYS = new TreeMap<>();
    private static final Set<String> GROUPS = new TreeSet<>();
    private static final Set<String> LITERALS = new TreeSet<>();
    private static final Map<String, String> ASKED_FOR = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            for (Path bundle : bundles.filter(file -> file.toString().endsWith(".properties"))
                    .toList()) {
                String group = bundle.getFileName().toString().replace(".properties", "");
                GROUPS.add(group);
                Properties properties = new Properties();
                try (Reader reader = Files.newBufferedReader(bundle)) {
                    properties.load(reader);
                }
                properties.stringPropertyNames().forEach(key -> KEYS.put(key, group));
            }
        }
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .sorted(Comparator.naturalOrder())
                    .toList()) {
                String source = Files.readString(file);
                Matcher literal = LITERAL.matcher(source);
                while (literal.find()) {
                    LITERALS.add(literal.group(1));
                }
                Matcher asked = ASKED.matcher(source);
                while (asked.find()) {
                    if (!asked.group(2).equals("+")) {
                        ASKED_FOR.put(asked.group(1), file.getFileName().toString());
                    }
                }
            }
        }
    }

    @Test
    void everyKeyThatIsAskedForIsThere() {
        List<String> missing = new ArrayList<>();
        ASKED_FOR.forEach((key, file) -> {
            if (GROUPS.contains(key.substring(0, key.indexOf('.'))) && !KEYS.containsKey(key)) {
                missing.add(key + " in " + file);
            }
        });
        assertThat(missing).as("words that are missing").isEmpty();
    }

    @Test
    void everyKeyIsAskedFor() {
        List<String> unused = KEYS.keySet().stream()
                .filter(key -> LITERALS.stream().noneMatch(literal -> used(key, literal)))
                .toList();
        assertThat(unused).as("words that nobody uses").isEmpty();
    }

    /** As it is; by its beginning, which ends in a dot; by the code of a problem; or by its end, as titles of pages are. */
    private static boolean used(String key, String literal) {
        return literal.equals(key)
                || (literal.endsWith(".") && key.startsWith(literal) && literal.length() > 3)
                || key.matches(java.util.regex.Pattern.quote(literal) + "\\.(what|cause\\d|do\\d)")
                || (key.endsWith(".title") && literal.equals(key.substring(0, key.length() - ".title".length())));
    }

    @Test
    void everyKeyStandsInTheBundleOfItsGroup() {
        assertThat(KEYS).allSatisfy((key, group) -> assertThat(key).startsWith(group + "."));
    }
}
