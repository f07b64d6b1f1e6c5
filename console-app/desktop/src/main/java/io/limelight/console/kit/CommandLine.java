package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javafx.scene.control.Button;
import javafx.scene.control.MenuItem;

/**
 * What a page does, as a command to copy.
 *
 * @param arguments the program first
 */
public record CommandLine(List<Argument> arguments) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** Copies. */
    public CommandLine {
        arguments = List.copyOf(arguments);
    }

    /** A part of a command. */
    public sealed interface Argument {
        /**
         * As it is.
         *
         * @param text any, quoted where a shell needs it
         */
        record Text(String text) implements Argument {}

        /**
         * What must not be on a clipboard.
         *
         * @param name stands in its place: {@code <password>}
         */
        record Secret(String name) implements Argument {}
    }

    /** Of plain arguments. */
    public static CommandLine of(String... arguments) {
        return new CommandLine(
                List.of(arguments).stream().<Argument>map(Argument.Text::new).toList());
    }

    /** With one argument more. */
    public CommandLine with(Argument more) {
        return new CommandLine(java.util.stream.Stream.concat(arguments.stream(), java.util.stream.Stream.of(more))
                .toList());
    }

    /** For a POSIX shell, on one line. */
    public String text() {
        return arguments.stream().map(CommandLine::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(Argument argument) {
        return switch (argument) {
            case Argument.Secret(String name) -> "'<" + name.replace("'", "") + ">'";
            case Argument.Text(String text) when PLAIN.matcher(text).matches() -> text;
            case Argument.Text(String text) -> "'" + text.replace("'", "'\\''") + "'";
        };
    }

    /** A button that copies it. */
    public Button button(Words words) {
        Button button = new Button(words.of("kit.command.copy"), Glyph.TERMINAL.icon("button-size"));
        button.getStyleClass().add("flat");
        button.setOnAction(event -> Clip.copy(words, button, text()));
        return button;
    }

    /** A menu's item that copies it. */
    public MenuItem menuItem(Words words) {
        MenuItem item = new MenuItem(words.of("kit.command.copy"), Glyph.TERMINAL.icon("button-size"));
        item.setOnAction(event -> Clip.put(text()));
        return item;
    }
}
