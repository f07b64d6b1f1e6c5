package io.limelight.console;

import io.limelight.console.pictures.Darkroom;
import io.limelight.console.theme.Theme;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the console was started with.
 *
 * @param program what to be
 * @param profile name of the profile to open; empty: ask
 * @param folder of pictures
 * @param order of pictures
 * @param script of the harness; {@code -} is standard input
 */
record ConsoleArguments(Program program, String profile, Path folder, Darkroom.Order order, String script) {
    private static final Pattern SIZE = Pattern.compile("(\\d{3,4})x(\\d{3,4})");

    enum Program {
        CONSOLE,
        SAMPLER,
        SCREENSHOTS,
        HARNESS,
        HELP
    }

    /** Says what is wrong with a command line, in a sentence. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String sentence) {
            super(sentence);
        }
    }

    static ConsoleArguments parse(String[] arguments) throws Wrong {
        Deque<String> left = new ArrayDeque<>(List.of(arguments));
        String program = left.isEmpty() ? "console" : left.removeFirst();
        if (left.contains("-h") || left.contains("--help")) {
            return plain(Program.HELP, "");
        }
        return switch (program) {
            case "console" -> console(left);
            case "screenshots" -> screenshots(left);
            case "harness" -> harness(left);
            case "help", "-h", "--help" -> plain(Program.HELP, "");
            default ->
                throw new Wrong(
                        "There is no program \"" + program + "\" here; there are console, screenshots and harness.");
        };
    }

    private static ConsoleArguments plain(Program program, String profile) {
        return new ConsoleArguments(program, profile, Path.of("."), Darkroom.Order.usual(), "-");
    }

    /** What the console that a script drives is started with: the same as one in a window. */
    ConsoleArguments asConsole() {
        return plain(Program.CONSOLE, profile);
    }

    private static ConsoleArguments console(Deque<String> left) throws Wrong {
        String profile = "";
        Program program = Program.CONSOLE;
        while (!left.isEmpty()) {
            String option = left.removeFirst();
            switch (option) {
                case "--profile" -> profile = value(option, left);
                case "--sampler" -> program = Program.SAMPLER;
                case "--no-install" -> {}
                default -> throw unknown(option, "console");
            }
        }
        return plain(program, profile);
    }

    private static ConsoleArguments screenshots(Deque<String> left) throws Wrong {
        Darkroom.Order order = Darkroom.Order.usual();
        String folder = "";
        while (!left.isEmpty()) {
            String option = left.removeFirst();
            switch (option) {
                case "--theme" -> order = order.in(List.of(theme(value(option, left))));
                case "--size" -> {
                    Matcher size = SIZE.matcher(value(option, left));
                    if (!size.matches()) {
                        throw new Wrong("--size is a width and a height, for example 1440x900.");
                    }
                    order = order.sized(Double.parseDouble(size.group(1)), Double.parseDouble(size.group(2)));
                }
                case "--text" -> order = order.scaled(percent(value(option, left)));
                case "--only" -> order = order.only(value(option, left));
                default -> {
                    if (option.startsWith("-") || !folder.isEmpty()) {
                        throw unknown(option, "screenshots");
                    }
                    folder = option;
                }
            }
        }
        if (folder.isEmpty()) {
            throw new Wrong("Name the folder for the pictures: limelight screenshots DIR.");
        }
        try {
            return new ConsoleArguments(Program.SCREENSHOTS, "", Path.of(folder), order, "-");
        } catch (InvalidPathException e) {
            throw new Wrong("\"" + folder + "\" is no folder's name.");
        }
    }

    private static ConsoleArguments harness(Deque<String> left) throws Wrong {
        String script = "-";
        String profile = "";
        while (!left.isEmpty()) {
            String option = left.removeFirst();
            switch (option) {
                case "--script" -> script = value(option, left);
                case "--profile" -> profile = value(option, left);
                default -> throw unknown(option, "harness");
            }
        }
        return new ConsoleArguments(Program.HARNESS, profile, Path.of("."), Darkroom.Order.usual(), script);
    }

    private static String value(String option, Deque<String> left) throws Wrong {
        if (left.isEmpty()) {
            throw new Wrong(option + " needs a value.");
        }
        return left.removeFirst();
    }

    private static Theme.Choice theme(String name) throws Wrong {
        return switch (name) {
            case "light" -> Theme.Choice.LIGHT;
            case "dark" -> Theme.Choice.DARK;
            default -> throw new Wrong("--theme is light or dark, not \"" + name + "\".");
        };
    }

    private static double percent(String text) throws Wrong {
        try {
            double scale = Double.parseDouble(text.replace("%", "")) / 100;
            if (scale >= Theme.SMALLEST && scale <= Theme.LARGEST) {
                return scale;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new Wrong("--text is a percentage from 80 to 200.");
    }

    private static Wrong unknown(String option, String program) {
        return new Wrong("limelight " + program + " has no option \"" + option + "\"; --help lists them.");
    }
}
