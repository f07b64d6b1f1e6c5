package io.limelight.core.payload;

import io.limelight.core.payload.ScriptFinding.Severity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks at the actions of a payload before it is sent: whether each is there, and whether those who will read the list can run it.
 * A finding's line is the action's place in the list, from 1.
 */
public final class ActionLint {
    /** Of a file as much is looked at. */
    public static final int LOOK = 256 * 1024;

    private static final String PYTHON = ".py";
    private static final Pattern EXECUTE =
            Pattern.compile("^(async[ \\t]+)?def[ \\t]+execute[ \\t]*\\(", Pattern.MULTILINE);
    private static final Pattern ASYNC = Pattern.compile("^async[ \\t]+def[ \\t]+execute[ \\t]*\\(", Pattern.MULTILINE);

    private final Set<ActionReader> readers;
    private final List<ScriptFinding> findings = new ArrayList<>();

    private ActionLint(Set<ActionReader> readers) {
        this.readers = readers;
    }

    /** Gives the beginning of a file of the payload. */
    @FunctionalInterface
    public interface Files {
        /** At most {@link #LOOK} bytes; empty if there is no such file. */
        Optional<byte[]> read(String name);
    }

    /**
     * Looks.
     *
     * @param actions names of their files, in the order of the list
     */
    public static List<ScriptFinding> check(List<String> actions, Set<ActionReader> readers, Files files) {
        ActionLint lint = new ActionLint(readers);
        if (actions.size() > ActionList.MAX_NAMES) {
            lint.add(
                    0,
                    Severity.ERROR,
                    "many",
                    "The list names " + actions.size() + " actions and may name " + ActionList.MAX_NAMES
                            + "; none of them would be run.",
                    "Let one action call the others.");
            return List.copyOf(lint.findings);
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < actions.size(); i++) {
            lint.look(i + 1, actions.get(i), files);
            if (!seen.add(actions.get(i))) {
                lint.add(
                        i + 1,
                        Severity.WARNING,
                        "twice",
                        actions.get(i) + " is listed twice and runs twice.",
                        "Remove one of them.");
            }
        }
        return List.copyOf(lint.findings);
    }

    private void look(int place, String name, Files files) {
        String problem = ActionList.problem(name);
        if (!problem.isEmpty()) {
            add(
                    place,
                    Severity.ERROR,
                    "name",
                    "\"" + name + "\" is not the name of an action: " + problem + ".",
                    "Rename its file.");
            return;
        }
        Optional<byte[]> content = files.read(name);
        if (content.isEmpty()) {
            add(
                    place,
                    Severity.ERROR,
                    "missing",
                    name + " is not in the payload; today's Rust agent stops here.",
                    "Add the file, or remove it from the list. An action that is installed on the machines"
                            + " (revocation_actions_dir) need not be in the payload.");
            return;
        }
        byte[] bytes = content.get();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            add(place, Severity.ERROR, "empty", name + " is empty.", "Put the action into it.");
            return;
        }
        boolean binary = bytes.length > 3 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
        boolean program = text.startsWith("#!") || binary;
        boolean python = name.endsWith(PYTHON);
        if (text.startsWith("#!") && firstLine(bytes).endsWith("\r")) {
            add(
                    place,
                    Severity.ERROR,
                    "crlf",
                    "The first line of " + name + " ends in CR LF; its interpreter is not" + " found.",
                    "Change the line ends to LF.");
        }
        if (!program && !python) {
            add(
                    place,
                    Severity.ERROR,
                    "no-program",
                    name + " has no interpreter line and is no Python module; nobody" + " can start it.",
                    "Begin it with #!/usr/bin/env python3 or #!/bin/sh.");
        }
        if (python) {
            module(place, name, text, program);
        } else if (readers.contains(ActionReader.OLD_PYTHON)) {
            add(
                    place,
                    Severity.ERROR,
                    "old-module",
                    "Older Python agents run Python modules only, and " + name + " is none.",
                    "Use a .py file with execute(event).");
        }
        if (python && readers.contains(ActionReader.RUST) && !program) {
            add(
                    place,
                    Severity.ERROR,
                    "rust-program",
                    "Today's Rust agent runs programs only, and " + name + " is a" + " Python module.",
                    "Begin it with #!/usr/bin/env python3, and have it read the event from the file"
                            + " named by its first argument.");
        }
        if (!binary) {
            event(place, name, text);
        }
    }

    private static String firstLine(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    private void module(int place, String name, String text, boolean program) {
        boolean execute = EXECUTE.matcher(text).find();
        boolean both = text.contains("__main__") || text.contains("argv");
        if (!program && !execute) {
            add(
                    place,
                    Severity.ERROR,
                    "no-execute",
                    name + " has neither an interpreter line nor a function" + " execute(event).",
                    "Give it one of them.");
        }
        if (execute && !both && program) {
            add(
                    place,
                    Severity.WARNING,
                    "does-nothing",
                    name + " defines execute and calls it nowhere; as a program it" + " would do nothing.",
                    "Call it where __name__ is \"__main__\", with the event of the file that the"
                            + " first argument names.");
        }
        if (!name.startsWith(ActionList.PREFIX)
                && readers.contains(ActionReader.LIMELIGHT)
                && (!program || (execute && !both))) {
            add(
                    place,
                    Severity.ERROR,
                    "prefix",
                    "The name of a Python module of a payload begins with " + ActionList.PREFIX + ".",
                    "Rename it to " + ActionList.PREFIX + "_" + name + ".");
        }
        if (readers.contains(ActionReader.OLD_PYTHON)) {
            if (!name.startsWith(ActionList.PREFIX + "_")) {
                add(
                        place,
                        Severity.ERROR,
                        "old-prefix",
                        "Older Python agents pass over a name that does not begin with " + ActionList.PREFIX + "_.",
                        "Rename it to " + ActionList.PREFIX + "_" + name + ".");
            }
            if (!execute) {
                add(
                        place,
                        Severity.ERROR,
                        "old-execute",
                        "Older Python agents call execute(event), which " + name + " has not.",
                        "Define async def execute(event).");
            } else if (!ASYNC.matcher(text).find()) {
                add(
                        place,
                        Severity.WARNING,
                        "old-async",
                        "Older Python agents want async def execute; this one does its"
                                + " work there and then counts as failed in their log.",
                        "Write async def execute(event).");
            }
        }
    }

    private void event(int place, String name, String text) {
        boolean keylime = readers.contains(ActionReader.RUST) || readers.contains(ActionReader.OLD_PYTHON);
        if (keylime && text.contains("metadata") && !text.contains("meta_data") && !text.contains("agent_id")) {
            add(
                    place,
                    Severity.WARNING,
                    "metadata",
                    name + " reads \"metadata\", which only Limelight's agent gives;"
                            + " others give the JSON text \"meta_data\".",
                    "Read json.loads(event[\"meta_data\"]) where there is" + " no metadata.");
        }
        if (keylime && !text.contains("type")) {
            add(
                    place,
                    Severity.WARNING,
                    "type",
                    name + " does not look at the notice's type, and Keylime's agents run"
                            + " actions for comm_error too: a machine that only was not reached.",
                    "Return unless type is" + " \"revocation\".");
        }
    }

    private void add(int place, Severity severity, String code, String sentence, String advice) {
        findings.add(new ScriptFinding(place, severity, code, sentence, advice));
    }
}
