package io.limelight.console.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines that drive a window. A node's address with blanks stands in double quotes; what begins with {@code #} and a blank is a remark. */
public final class Script {
    private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\s+(.*))?");
    private static final Pattern FIRST = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private final Harness harness;
    private final Consumer<String> out;

    /** Answers line by line. */
    public Script(Harness harness, Consumer<String> out) {
        this.harness = harness;
        this.out = out;
    }

    /** Runs all lines until one cannot be done; false then. */
    public boolean run(BufferedReader lines) throws IOException, InterruptedException {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("# ")) {
                continue;
            }
            try {
                run(text);
            } catch (Harness.CannotException e) {
                out.accept("line " + number + ": " + e.getMessage());
                return false;
            }
        }
        return true;
    }

    private void run(String text) throws InterruptedException, Harness.CannotException {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new Harness.CannotException("\"" + text + "\" is no command; help lists them.");
        }
        String rest = line.group(2) == null ? "" : line.group(2);
        switch (line.group(1).toLowerCase(Locale.ROOT)) {
            case "list" -> harness.list().forEach(each -> out.accept(print(each)));
            case "click" -> harness.click(first(rest));
            case "type" -> harness.type(first(rest), afterFirst(rest));
            case "key" -> harness.key(rest);
            case "wait" -> harness.await(first(rest));
            case "snapshot" -> snapshot(rest);
            case "help" ->
                out.accept(
                        "list | click NODE | type NODE TEXT (behind what is there) | key KEYS | wait NODE (three minutes at most) |"
                                + " snapshot FILE");
            default ->
                throw new Harness.CannotException("There is no command \"" + line.group(1) + "\"; help lists them.");
        }
    }

    private void snapshot(String file) throws InterruptedException, Harness.CannotException {
        try {
            harness.snapshot(Path.of(file));
        } catch (InvalidPathException e) {
            throw new Harness.CannotException("\"" + file + "\" is no file's name.");
        }
    }

    private static String first(String rest) throws Harness.CannotException {
        Matcher word = FIRST.matcher(rest);
        if (!word.lookingAt()) {
            throw new Harness.CannotException("Which node? list names them.");
        }
        return word.group(1) == null ? word.group(2) : word.group(1);
    }

    private static String afterFirst(String rest) {
        Matcher word = FIRST.matcher(rest);
        return word.lookingAt() ? rest.substring(word.end()).strip() : "";
    }

    private static String print(Harness.Addressable each) {
        return String.format(
                Locale.ROOT,
                "%-32s %-16s %5.0f,%-5.0f %4.0fx%-4.0f %s%s%s",
                each.address().indexOf(' ') < 0 ? each.address() : '"' + each.address() + '"',
                each.role(),
                each.bounds().getMinX(),
                each.bounds().getMinY(),
                each.bounds().getWidth(),
                each.bounds().getHeight(),
                each.name(),
                each.enabled() ? "" : " (disabled)",
                each.focused() ? " (keyboard)" : "");
    }
}
