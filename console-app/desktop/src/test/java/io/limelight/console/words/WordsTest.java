package io.limelight.console.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.words.Words.Pseudo;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void aMissingKeyIsShownAsItself() {
        assertThat(new Words(Locale.ENGLISH, Pseudo.ON).of("shell.nothing")).isEqualTo("shell.nothing");
    }
}
