package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.EventLines.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLinesTest {
    private static final int LIMIT = 100;

    private static List<Event> read(String text) throws IOException {
        EventLines lines = new EventLines(new Buffer().writeUtf8(text), LIMIT, 10);
        List<Event> events = new ArrayList<>();
        for (Optional<Event> next = lines.next(); next.isPresent(); next = lines.next()) {
            events.add(next.get());
        }
        return events;
    }

    private static final String LONG = "x".repeat(LIMIT);

    static Stream<String> tooLarge() {
        return Stream.of(
                LONG,
                "data: " + LONG + "\n\n",
                ":" + LONG + "\n",
                "data: " + "x".repeat(60) + "\ndata: " + "x".repeat(60) + "\n\n");
    }

    @ParameterizedTest
    @MethodSource("tooLarge")
    void nothingFillsTheMemory(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(EventLines.TooLarge.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n\n\n", ":\n\n:\n\n", "data: half", "data: half\n", "id: 1\nevent: x\n\n", "nonsense\n\n"})
    void whatIsNoEventIsNone(String text) throws IOException {
        assertThat(read(text)).isEmpty();
    }

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of("id: a-1\nevent: open\ndata: {}\n\n", new Event("a-1", "open", "{}")),
                Arguments.of("\uFEFFid:a-1\r\nevent:open\r\ndata:{}\r\n\r\n", new Event("a-1", "open", "{}")),
                Arguments.of("data: one\n:\ndata:  two\ndata\nretry: 3\n\n", new Event("", "", "one\n two\n")),
                Arguments.of("id: 1\nid: 2\ndata: é\n\n", new Event("2", "", "é")));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventsAreRead(String text, Event expected) throws IOException {
        assertThat(read(text)).containsExactly(expected);
    }

    @Test
    void oneFollowsTheOther() throws IOException {
        assertThat(read("id: 1\ndata: a\n\n:\n\nid: 2\ndata: b\n\ndata: half"))
                .containsExactly(new Event("1", "", "a"), new Event("2", "", "b"));
    }
}
