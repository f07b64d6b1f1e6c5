package io.limelight.console.payloads;

import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.ActionListForm;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.ScriptLint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A payload that is being put together. It says where files are and not what is in them, but for the texts that were written here.
 *
 * @param name what people call it
 * @param mode how it travels
 * @param place where it was saved, or read from; for {@link PayloadMode#SINGLE_FILE} and {@link PayloadMode#KEY_ONLY} the file
 * @param script text of {@code autorun.sh}
 * @param files all others but {@code action_list}
 * @param actions names of files that run when a machine is revoked, in order
 * @param readers who will read the list of them
 */
public record PayloadDraft(
        String name,
        PayloadMode mode,
        Optional<Path> place,
        Optional<String> script,
        List<Part> files,
        List<String> actions,
        Set<ActionReader> readers) {
    /** What is usual: what is sent now. */
    public static final Set<ActionReader> USUAL_READERS = Set.of(ActionReader.LIMELIGHT, ActionReader.RUST);

    /** Copies. */
    public PayloadDraft {
        files = List.copyOf(files);
        actions = List.copyOf(actions);
        readers = Set.copyOf(readers);
    }

    /** With nothing in it. */
    public static PayloadDraft empty(String name) {
        return new PayloadDraft(
                name,
                PayloadMode.CERTIFICATE_PACKAGE,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                USUAL_READERS);
    }

    /** Whether it is a folder of files. */
    public boolean folder() {
        return mode == PayloadMode.CERTIFICATE_PACKAGE || mode == PayloadMode.ZIP;
    }

    /** The list of actions as it is written. */
    public ActionListForm actionList() {
        return ActionListForm.of(actions, readers);
    }

    /** All files, those included that are made of what was written here. */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>(files);
        script.ifPresent(text -> parts.add(new Part(ScriptLint.FILE, new Content.OfText(text))));
        if (!actions.isEmpty()) {
            parts.add(new Part(ActionList.FILE, new Content.OfText(actionList().text())));
        }
        return parts;
    }

    PayloadDraft named(String next) {
        return new PayloadDraft(next, mode, place, script, files, actions, readers);
    }

    PayloadDraft in(PayloadMode next) {
        return new PayloadDraft(name, next, place, script, files, actions, readers);
    }

    PayloadDraft at(Optional<Path> next) {
        return new PayloadDraft(name, mode, next, script, files, actions, readers);
    }

    PayloadDraft scripted(Optional<String> next) {
        return new PayloadDraft(name, mode, place, next, files, actions, readers);
    }

    PayloadDraft with(List<Part> next) {
        return new PayloadDraft(name, mode, place, script, next, actions, readers);
    }

    PayloadDraft acting(List<String> next) {
        return new PayloadDraft(name, mode, place, script, files, next, readers);
    }

    PayloadDraft readBy(Set<ActionReader> next) {
        return new PayloadDraft(name, mode, place, script, files, actions, next);
    }
}
