package io.limelight.core.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An {@code action_list} as those write and read it who are going to.
 *
 * @param text of the file
 * @param form how names stand in it
 * @param additions sentences: what the payload needs besides, where the readers want different things
 */
public record ActionListForm(String text, Form form, List<String> additions) {
    private static final String PYTHON = ".py";

    /** Copies the list. */
    public ActionListForm {
        additions = List.copyOf(additions);
    }

    /** How names stand in the file. */
    public enum Form {
        /** One a line, with extension. */
        LINES,
        /** Between commas on one line, without extension. */
        COMMAS
    }

    /**
     * Writes.
     *
     * @param files names of the actions' files, in the order in which they are run
     */
    public static ActionListForm of(List<String> files, Set<ActionReader> readers) {
        if (!readers.contains(ActionReader.OLD_PYTHON)) {
            return new ActionListForm(files.isEmpty() ? "" : String.join("\n", files) + "\n", Form.LINES, List.of());
        }
        List<String> modules = files.stream().map(ActionListForm::module).toList();
        List<String> additions = new ArrayList<>();
        if (readers.contains(ActionReader.RUST) && !files.isEmpty()) {
            List<String> programs = files.stream()
                    .filter(file -> file.endsWith(PYTHON))
                    .map(ActionListForm::module)
                    .toList();
            if (!programs.isEmpty()) {
                additions.add("Today's Rust agent looks for a program of exactly the listed name: put a copy of each"
                        + " program without .py beside it (" + String.join(", ", programs) + ").");
            }
            if (files.size() > 1) {
                additions.add("The Rust agent makes listed files executable only where each has a line of its own, and"
                        + " older Python agents read no lines: have autorun.sh do it, chmod 700 "
                        + String.join(" ", modules) + ".");
            }
        }
        // Old agents take a line end for a part of the last name.
        return new ActionListForm(String.join(",", modules), Form.COMMAS, additions);
    }

    /** What the payload of {@link #additions} has: the same programs under the listed names. */
    public static List<String> copies(List<String> files, Set<ActionReader> readers) {
        return readers.containsAll(Set.of(ActionReader.OLD_PYTHON, ActionReader.RUST))
                ? files.stream()
                        .filter(file -> file.endsWith(PYTHON))
                        .map(ActionListForm::module)
                        .toList()
                : List.of();
    }

    /** The names of files that a list means, given what is in the payload; one that is not there stays as it is. */
    public static List<String> files(ActionList list, Set<String> payload) {
        return list.names().stream()
                .map(name -> !payload.contains(name + PYTHON) || name.contains(".") ? name : name + PYTHON)
                .toList();
    }

    private static String module(String file) {
        return file.endsWith(PYTHON) ? file.substring(0, file.length() - PYTHON.length()) : file;
    }
}
