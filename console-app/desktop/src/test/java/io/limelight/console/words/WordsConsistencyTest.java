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
            for (Path bundle : bundles.filter(file -> file.toString().endsWith(".properties")
                            && !file.toString().endsWith("_de.properties"))
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

    /** Groups that are wholly in German; of the others what is missing is said in English. */
    private static final Set<String> GERMAN = Set.of(
            "advice",
            "exporting",
            "help",
            "keys",
            "kit",
            "notify",
            "overview",
            "problem",
            "sandbox",
            "settings",
            "shell",
            "support",
            "tour",
            "tray");

    @Test
    void whatIsInGermanHasTheSameKeysAndTheSameArguments() throws IOException {
        Set<String> found = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            for (Path bundle : bundles.filter(file -> file.toString().endsWith("_de.properties"))
                    .toList()) {
                String group = bundle.getFileName().toString().replace("_de.properties", "");
                found.add(group);
                Properties german = load(bundle);
                Properties english = load(BUNDLES.resolve(group + ".properties"));
                for (String key : german.stringPropertyNames()) {
                    if (!english.containsKey(key)) {
                        wrong.add(key + " is in German only");
                    } else if (!arguments(german.getProperty(key)).equals(arguments(english.getProperty(key)))) {
                        wrong.add(key + " has other arguments");
                    } else if (quotes(german.getProperty(key))) {
                        wrong.add(key + " has a single apostrophe, which a pattern takes for a quote");
                    }
                }
                if (GERMAN.contains(group)) {
                    english.stringPropertyNames().stream()
                            .filter(key -> !german.containsKey(key))
                            .forEach(key -> wrong.add(key + " is missing in German"));
                }
            }
        }
        assertThat(found).containsAll(GERMAN);
        assertThat(wrong).isEmpty();
    }

    private static Properties load(Path bundle) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(bundle)) {
            properties.load(reader);
        }
        return properties;
    }

    private static boolean quotes(String pattern) {
        return pattern.replace("''", "").contains("'");
    }

    private static Set<String> arguments(String pattern) {
        Set<String> arguments = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{(\\d+)").matcher(pattern);
        while (matcher.find()) {
            arguments.add(matcher.group(1));
        }
        return arguments;
    }

    @Test
    void aGermanConsoleSpeaksGermanAndAnEnglishOneDoesNotWhateverTheComputerSpeaks() {
        java.util.Locale before = java.util.Locale.getDefault();
        try {
            java.util.Locale.setDefault(java.util.Locale.GERMAN);
            assertThat(Words.english().of("shell.shortcuts")).isEqualTo("Keyboard shortcuts");
            assertThat(new Words(java.util.Locale.GERMANY, Words.Pseudo.OFF).of("shell.shortcuts"))
                    .isEqualTo("Tastenkürzel");
            assertThat(new Words(java.util.Locale.FRENCH, Words.Pseudo.OFF).of("shell.shortcuts"))
                    .isEqualTo("Keyboard shortcuts");
        } finally {
            java.util.Locale.setDefault(before);
        }
    }
}
