package io.limelight.core.payload;

import io.limelight.core.payload.ScriptFinding.Severity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Looks at {@code autorun.sh} before it is sent, as there is nobody beside the machine to see it fail: today's agents start it with
 * nothing to read and its output thrown away (certificate reference §4.1). It says what will go wrong, what may, and what is good to
 * know. It runs nothing and proves nothing.
 */
public final class ScriptLint {
    /** Name of the script in a payload. */
    public static final String FILE = "autorun.sh";
    /** A longer one is not looked at. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int MOST = 200;
    private static final int LONG_SLEEP = 30;
    private static final Set<String> TAKE_FILES =
            Set.of("cat", "source", ".", "sh", "bash", "dash", "python3", "head", "tail", "unzip", "chmod", "chown");
    private static final Set<String> MOVE_FILES = Set.of("cp", "mv", "install", "ln");
    private static final Set<String> NEED_ROOT = Set.of(
            "systemctl",
            "useradd",
            "usermod",
            "groupadd",
            "mount",
            "update-ca-trust",
            "update-ca-certificates",
            "apt-get",
            "apt",
            "dnf",
            "yum",
            "zypper",
            "sysctl",
            "modprobe",
            "nft",
            "iptables",
            "chown",
            "hostnamectl");
    private static final Set<String> ROOT_PLACES = Set.of("/root", "/etc", "/usr", "/opt", "/boot", "/srv", "/lib");
    private static final Set<String> INSTALLERS = Set.of("apt-get", "apt", "dnf", "yum", "zypper");
    private static final Set<String> ASK_PEOPLE = Set.of("passwd", "vi", "vim", "nano", "less", "more", "visudo");
    private static final Pattern BASH_ONLY =
            Pattern.compile("\\[\\[|\\bpipefail\\b|^\\s*function\\s|<<<|<\\(|\\bdeclare\\b|^\\s*source\\s");

    private final Set<String> names;
    private final List<ScriptFinding> findings = new ArrayList<>();
    private final Set<String> once = new HashSet<>();
    private final Set<String> made = new HashSet<>();
    private boolean elsewhere;

    private ScriptLint(Set<String> names) {
        this.names = names;
    }

    /**
     * Looks.
     *
     * @param script as it is in the file
     * @param names of all files of the payload, those that are made when it is sent included
     */
    public static List<ScriptFinding> check(byte[] script, Set<String> names) {
        ScriptLint lint = new ScriptLint(names);
        lint.look(script);
        lint.findings.sort(java.util.Comparator.comparingInt(ScriptFinding::line));
        return List.copyOf(lint.findings);
    }

    private void look(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            add(
                    0,
                    Severity.WARNING,
                    "long",
                    "The script is longer than " + MAX_BYTES + " bytes and was not checked.",
                    "Put what it carries into files beside it.");
            return;
        }
        int from = 0;
        if (bytes.length >= 3 && (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb && (bytes[2] & 0xff) == 0xbf) {
            add(
                    1,
                    Severity.ERROR,
                    "bom",
                    "The file begins with a byte order mark, so its first line is no interpreter"
                            + " line and its first command is not found.",
                    "Remove the mark: save it as UTF-8 without BOM.");
            from = 3;
        }
        String text = decode(bytes, from);
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            add(
                    lineOf(text, nul),
                    Severity.ERROR,
                    "nul",
                    "There is a zero byte in it: this is no script.",
                    "Put the script's text here.");
            return;
        }
        if (text.isBlank()) {
            add(0, Severity.ERROR, "empty", "The script is empty.", "Write it, or take it out of the payload.");
            return;
        }
        int cr = text.indexOf("\r\n");
        if (cr >= 0) {
            add(
                    lineOf(text, cr),
                    Severity.ERROR,
                    "crlf",
                    "Lines end in CR LF, as on Windows; a shell takes the CR for"
                            + " a part of the last word of each line.",
                    "Change the line ends to LF.");
        }
        String plain = text.replace("\r", "");
        interpreter(plain);
        List<ShellText.Command> commands = ShellText.commands(plain);
        failing(plain, commands);
        for (ShellText.Command command : commands) {
            if (findings.size() >= MOST) {
                return;
            }
            command(command);
        }
    }

    private String decode(byte[] bytes, int from) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException e) {
            String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
            add(
                    lineOf(text, Math.max(0, text.indexOf('\ufffd'))),
                    Severity.WARNING,
                    "utf8",
                    "This is not UTF-8; names and messages may come out wrong.",
                    "Save it as UTF-8.");
            return text;
        }
    }

    private static int lineOf(String text, int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private void interpreter(String text) {
        String first = text.lines().findFirst().orElse("");
        if (!first.startsWith("#!")) {
            add(
                    1,
                    Severity.WARNING,
                    "no-interpreter",
                    "It has no interpreter line; which shell runs it depends on the" + " agent.",
                    "Begin it with #!/bin/sh, or #!/bin/bash where it needs that.");
            bashOnly(text, true);
            return;
        }
        String[] words = first.substring(2).strip().split("\\s+", -1);
        if (!words[0].startsWith("/")) {
            add(
                    1,
                    Severity.ERROR,
                    "interpreter-path",
                    "The interpreter \"" + words[0] + "\" is no absolute path.",
                    "Write #!/bin/sh.");
        } else if (words.length > 2) {
            add(
                    1,
                    Severity.WARNING,
                    "interpreter-words",
                    "Linux hands everything behind the interpreter over as one" + " word.",
                    "Leave one word, and set options with set.");
        }
        if (words[0].endsWith("/sh") || (words.length > 1 && words[1].equals("sh"))) {
            bashOnly(text, false);
        }
    }

    private void bashOnly(String text, boolean unsaid) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String code = line.strip().startsWith("#") ? "" : line;
            Matcher matcher = BASH_ONLY.matcher(code);
            if (matcher.find()) {
                add(
                        number,
                        Severity.WARNING,
                        "bash",
                        "\"" + matcher.group().strip() + "\" is Bash's own, and "
                                + (unsaid
                                        ? "today's agents run a script without interpreter line with sh."
                                        : "the script is run with sh."),
                        "Begin the script with #!/bin/bash, if every machine has it.");
                return;
            }
        }
    }

    /** What becomes of a command that fails. */
    private void failing(String text, List<ShellText.Command> commands) {
        boolean stops = commands.stream()
                        .anyMatch(command -> command.name().equals("set")
                                && command.arguments().stream()
                                        .anyMatch(word -> word.text().matches("-[a-zA-Z]*e[a-zA-Z]*")
                                                || word.text().equals("errexit")))
                || text.lines().findFirst().orElse("").matches("#!.*\\s-[a-zA-Z]*e[a-zA-Z]*\\s*");
        if (!stops && commands.size() > 1) {
            add(
                    1,
                    Severity.HINT,
                    "no-set-e",
                    "It goes on after a command that failed, and ends with the status of the" + " last one.",
                    "Begin with set -eu, so that a receipt tells the truth.");
        }
        for (int i = 0; i + 1 < commands.size(); i++) {
            ShellText.Command command = commands.get(i);
            boolean alone = i == 0 || commands.get(i - 1).follows().equals("\n");
            if (command.name().equals("exit") && alone && command.follows().equals("\n") && !indented(text, command)) {
                add(
                        command.line(),
                        Severity.WARNING,
                        "exit",
                        "The script ends here; the lines below it are not run.",
                        "Remove the exit, or the lines below it.");
                return;
            }
        }
    }

    private static boolean indented(String text, ShellText.Command command) {
        String line = text.split("\n", -1)[command.line() - 1];
        return !line.isEmpty() && Character.isWhitespace(line.charAt(0));
    }

    private void command(ShellText.Command command) {
        String name = command.name();
        List<ShellText.Word> arguments = command.arguments();
        files(command, name, arguments);
        waits(command, name, arguments);
        root(command, name, arguments);
        if (name.equals("cd") || name.equals("pushd")) {
            elsewhere = true;
        }
    }

    private void files(ShellText.Command command, String name, List<ShellText.Word> arguments) {
        List<ShellText.Word> plain = new ArrayList<>();
        List<ShellText.Word> all = command.words();
        for (int i = 0; i < all.size(); i++) {
            String text = all.get(i).text();
            boolean redirected =
                    i > 0 && List.of(">", ">>").contains(all.get(i - 1).text());
            if (redirected) {
                made.add(bare(text));
                if (all.get(i - 1).text().equals(">>")
                        && all.get(i).known()
                        && text.startsWith("/")
                        && !text.startsWith("/dev/")) {
                    add(
                            command.line(),
                            Severity.WARNING,
                            "appends",
                            text + " grows each time the payload is sent.",
                            "Write the whole file, or look first whether the line is there.");
                }
            }
            if (i > 0 && all.get(i - 1).text().equals("<")) {
                absent(command.line(), all.get(i));
            }
        }
        for (int i = 0; i < arguments.size(); i++) {
            String text = arguments.get(i).text();
            if (List.of(">", ">>", "<").contains(text)) {
                i++;
            } else if (!arguments.get(i).option()
                    && !text.matches("[0-7]{3,4}|[ugoa]*[+=-][rwxXst]+")
                    && !(i > 0 && arguments.get(i - 1).text().matches("-[a-z]*[mog]"))) {
                plain.add(arguments.get(i));
            }
        }
        if (name.startsWith("./")) {
            absent(command.line(), new ShellText.Word(name, !name.contains("$"), false));
        }
        if (MOVE_FILES.contains(name) && plain.size() > 1) {
            boolean folders = name.equals("install")
                    && arguments.stream().anyMatch(word -> word.text().matches("-[a-z]*d"));
            if (!folders) {
                plain.subList(0, plain.size() - 1).forEach(word -> absent(command.line(), word));
            }
            made.add(bare(plain.getLast().text()));
        } else if (List.of("sh", "bash", "dash", "python3", "source", ".").contains(name)) {
            boolean inline = arguments.stream().anyMatch(word -> word.text().matches("-[a-z]*c"));
            if (!inline && !plain.isEmpty()) {
                absent(command.line(), plain.getFirst());
            }
        } else if (name.equals("chown") && plain.size() > 1) {
            plain.subList(1, plain.size()).forEach(word -> absent(command.line(), word));
        } else if (TAKE_FILES.contains(name) && !name.equals("chown")) {
            plain.forEach(word -> absent(command.line(), word));
        } else if (List.of("mkdir", "touch", "tee").contains(name)) {
            plain.forEach(word -> made.add(bare(word.text())));
        }
    }

    private static String bare(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private void absent(int line, ShellText.Word word) {
        String name = bare(word.text());
        if (elsewhere
                || !word.known()
                || name.isEmpty()
                || name.equals("-")
                || name.equals(".")
                || name.startsWith("/")
                || name.startsWith("~")
                || name.startsWith("..")
                || name.contains("://")) {
            return;
        }
        boolean there = word.glob()
                ? matches(name)
                : names.contains(name)
                        || made.contains(name)
                        || names.stream().anyMatch(each -> each.startsWith(name.endsWith("/") ? name : name + "/"));
        if (!there && made.stream().noneMatch(each -> name.startsWith(each + "/"))) {
            String nearest = nearest(name);
            add(
                    line,
                    Severity.ERROR,
                    "absent:" + name,
                    word.glob()
                            ? "Nothing in the payload is called like " + name + "."
                            : "It names " + name + ", which is not in the payload.",
                    nearest.isEmpty() ? "Add the file, or correct the name." : "Nearest name: " + nearest + ".");
        }
    }

    private boolean matches(String glob) {
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            return java.util.stream.Stream.concat(names.stream(), made.stream())
                    .anyMatch(name -> matcher.matches(Path.of(name)));
        } catch (PatternSyntaxException | InvalidPathException e) {
            return true;
        }
    }

    private String nearest(String wanted) {
        String best = "";
        int least = Math.max(2, wanted.length() / 4) + 1;
        for (String name : names.stream().sorted().limit(5000).toList()) {
            int distance = distance(wanted, name, least);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best;
    }

    private static int distance(String one, String other, int enough) {
        if (Math.abs(one.length() - other.length()) >= enough) {
            return enough;
        }
        int[] before = new int[other.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(change, Math.min(before[j], now[j - 1]) + 1);
            }
            before = now;
        }
        return before[other.length()];
    }

    private void waits(ShellText.Command command, String name, List<ShellText.Word> arguments) {
        List<String> texts = arguments.stream().map(ShellText.Word::text).toList();
        String long_ = "";
        if (name.equals("sleep") && !texts.isEmpty() && seconds(texts.getFirst()) >= LONG_SLEEP) {
            long_ = "It sleeps for " + texts.getFirst() + (texts.getFirst().matches("[0-9.]+") ? " s" : "") + " here";
        } else if (name.equals("tail") && texts.stream().anyMatch(text -> text.matches("-[0-9a-zA-Z]*[fF]"))) {
            long_ = "tail -f does not end";
        } else if ((name.equals("curl") || name.equals("wget"))
                && texts.stream().noneMatch(text -> text.matches("--max-time.*|--timeout.*|-m.*|-T.*"))) {
            long_ = name + " has no time limit and waits for a server that is silent";
        } else if (List.of("true", ":").contains(name)
                && command.words().stream().anyMatch(word -> word.text().equals("while"))) {
            long_ = "This loop does not end by itself";
        }
        if (!long_.isEmpty()) {
            add(
                    command.line(),
                    Severity.WARNING,
                    "long:" + name,
                    long_ + "; the agent waits for the script before it" + " goes on.",
                    "Give it a limit, or leave lasting work to a service.");
        }
        if (name.equals("read")
                && command.words().stream().noneMatch(word -> word.text().equals("<"))
                && command.words().stream().noneMatch(word -> word.text().equals("while"))) {
            add(
                    command.line(),
                    Severity.WARNING,
                    "reads",
                    "read finds nothing: the script has no input.",
                    "Put the value into a file of the payload.");
        } else if (ASK_PEOPLE.contains(name) || (name.equals("sudo") && !texts.contains("-n"))) {
            add(
                    command.line(),
                    Severity.WARNING,
                    "asks",
                    name + " asks a person, and nobody is there.",
                    name.equals("sudo")
                            ? "Leave it out: the agent decides as whom the script runs."
                            : "Use a command that asks nothing.");
        } else if (INSTALLERS.contains(name)
                && texts.contains("install")
                && texts.stream()
                        .noneMatch(text -> text.matches("-[a-z]*y[a-z]*|--yes|--assumeyes|-n|--non-interactive"))) {
            add(
                    command.line(),
                    Severity.WARNING,
                    "asks",
                    name + " install asks whether it may, and nobody answers.",
                    "Add -y.");
        }
    }

    private static long seconds(String text) {
        Matcher matcher = Pattern.compile("([0-9]{1,9})(?:\\.[0-9]*)?([smhd]?)").matcher(text);
        if (!matcher.matches()) {
            return text.equals("infinity") ? Long.MAX_VALUE : 0;
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "m" -> number * 60;
            case "h" -> number * 3600;
            case "d" -> number * 86400;
            default -> number;
        };
    }

    private void root(ShellText.Command command, String name, List<ShellText.Word> arguments) {
        boolean writes = MOVE_FILES.contains(name)
                || List.of("mkdir", "touch", "rm", "chmod", "tee").contains(name)
                || command.words().stream().anyMatch(word -> word.text().startsWith(">"));
        boolean place = writes
                && arguments.stream()
                        .anyMatch(word -> ROOT_PLACES.stream()
                                .anyMatch(root ->
                                        word.text().equals(root) || word.text().startsWith(root + "/")));
        if ((place || NEED_ROOT.contains(name)) && once.add("root")) {
            add(
                    command.line(),
                    Severity.HINT,
                    "root",
                    "This needs root. Limelight's agent runs scripts as root unless"
                            + " payload_run_as says otherwise; today's Rust agent as the user keylime.",
                    "For Rust agents set run_as = \"\" in agent.conf, or leave such work to a service.");
        }
    }

    private void add(int line, Severity severity, String code, String sentence, String advice) {
        int colon = code.indexOf(':');
        if (once.add(line + " " + code)) {
            findings.add(
                    new ScriptFinding(line, severity, colon < 0 ? code : code.substring(0, colon), sentence, advice));
        }
    }
}
