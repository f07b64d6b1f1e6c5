package io.limelight.console.help;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.keys.KeyTable;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageHelpTest {
    private static final Pattern KEY =
            Pattern.compile("public String key\\(\\) \\{\\s*return ([A-Z_]+|\"[a-z]+\");", Pattern.DOTALL);

    /** Walks over every page of the console, as the sources have them: who adds one writes its help. */
    @Test
    void everyPageHasHelp() throws IOException {
        Set<String> pages = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/limelight/console"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    // A catalogue of controls, for who makes the console.
                    .filter(each -> !each.toString().contains("/sampler/"))
                    .toList()) {
                String source = Files.readString(file);
                if (source.matches("(?s).*class \\w+ (?:extends \\w+ )?implements (?:\\w+, )*Page[ ,{].*")) {
                    Matcher key = KEY.matcher(source);
                    assertThat(key.find()).as("%s has a key", file).isTrue();
                    String name = key.group(1);
                    if (!name.startsWith("\"")) {
                        Matcher constant =
                                Pattern.compile(name + " = (\"[a-z]+\")").matcher(source);
                        assertThat(constant.find()).as("%s has a key", file).isTrue();
                        name = constant.group(1);
                    }
                    pages.add(name.replace("\"", ""));
                }
            }
        }
        assertThat(pages).hasSizeGreaterThan(10);
        assertThat(Stream.of(PageHelp.values()).map(PageHelp::page)).containsExactlyInAnyOrderElementsOf(pages);
    }

    @ParameterizedTest
    @EnumSource(PageHelp.class)
    void itSaysWhatThePageIsForAndWhatItsWordsMeanInBothLanguages(PageHelp help) {
        for (Words words : new Words[] {Words.english(), new Words(Locale.GERMANY, Words.Pseudo.OFF)}) {
            assertThat(help.purpose(words)).doesNotStartWith("help.").hasSizeGreaterThan(60);
            assertThat(help.meanings(words))
                    .isNotEmpty()
                    .allSatisfy(each ->
                            assertThat(each.meaning()).doesNotStartWith("help.").endsWith("."));
        }
    }

    @ParameterizedTest
    @EnumSource(PageHelp.class)
    void itNamesKeysThatWorkAndAChapterThatIsThere(PageHelp help) throws IOException {
        assertThat(help.keys(Words.english(), KeyTable.usual()))
                .extracting(PageHelp.Keys::keys)
                .contains("F1", "Ctrl+K");
        assertThat(Files.readString(Path.of("../..").resolve(PageHelp.BOOK))).contains("\n## " + help.chapter() + "\n");
    }
}
