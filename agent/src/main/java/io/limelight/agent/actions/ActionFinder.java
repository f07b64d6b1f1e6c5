package io.limelight.agent.actions;

import io.limelight.agent.privileges.ProcessUser;
import io.limelight.core.payload.ActionList;
import io.limelight.core.secret.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the file that is run for a listed name (certificate reference §4.4): of exactly that name, or, for a name without
 * extension, with {@code .py}; installed ones first. A name is a name and never a path, and a file is a file and never a link.
 *
 * <p>Python modules of a payload have names that begin with {@code local_action}, as Keylime's documents want it; programs of a
 * payload may have any, as with today's agents. An installed action that anybody but root or the agent could have changed is not
 * run.
 */
final class ActionFinder {
    private static final String PYTHON = ".py";
    private static final int LOOK = 256 * 1024;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int EXECUTABLE = 0111;
    private static final Pattern EXECUTE =
            Pattern.compile("^(async[ \\t]+)?def[ \\t]+execute[ \\t]*\\(", Pattern.MULTILINE);

    private final ActionPlaces places;
    private final boolean payloadAllowed;

    ActionFinder(ActionPlaces places, boolean payloadAllowed) {
        this.places = places;
        this.payloadAllowed = payloadAllowed;
    }

    /** Nothing that is run; the message says why. */
    static final class NotRunException extends Exception {
        private static final long serialVersionUID = 1L;

        NotRunException(String reason) {
            super(reason);
        }
    }

    /**
     * Looks.
     *
     * @throws NotRunException if there is none, or none that is run; a sentence
     */
    FoundAction find(String name) throws NotRunException {
        String problem = ActionList.problem(name);
        if (!problem.isEmpty()) {
            throw new NotRunException(problem);
        }
        Optional<FoundAction> found = in(places.installed(), name, false);
        if (found.isEmpty() && payloadAllowed) {
            found = in(places.unzipped(), name, true);
        }
        if (found.isEmpty() && !name.contains(".")) {
            found = in(places.installed(), name + PYTHON, false);
            if (found.isEmpty() && payloadAllowed) {
                found = in(places.unzipped(), name + PYTHON, true);
            }
        }
        if (found.isPresent()) {
            return found.get();
        }
        throw new NotRunException("there is no such file in " + places.installed()
                + (payloadAllowed
                        ? " or " + places.unzipped()
                        : ", and actions of payloads are switched off (allow_payload_revocation_actions)"));
    }

    private static Optional<FoundAction> in(Path folder, String fileName, boolean fromPayload) throws NotRunException {
        Path file = folder.resolve(fileName);
        try {
            if (Files.isSymbolicLink(file)) {
                throw new NotRunException(file + " is a link; put the file itself there");
            }
            int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotRunException(file + " is no file");
            }
            if (!fromPayload) {
                requireTrusted(file, mode);
            }
            boolean module = isModule(file, fileName, (mode & EXECUTABLE) != 0);
            if (module && fromPayload && !fileName.startsWith(ActionList.PREFIX)) {
                throw new NotRunException(
                        "the name of a Python action of a payload begins with " + ActionList.PREFIX + "; rename it");
            }
            if (!module && (mode & EXECUTABLE) == 0) {
                throw new NotRunException(file + " may not be executed; chmod +x it");
            }
            return Optional.of(new FoundAction(folder, fileName, module, fromPayload));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new NotRunException(file + " cannot be read: " + FileTrouble.sentence(e));
        }
    }

    private static void requireTrusted(Path file, int mode) throws IOException, NotRunException {
        int owner = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if ((owner != 0 && owner != ProcessUser.current().uid()) || (mode & WRITABLE_BY_OTHERS) != 0) {
            throw new NotRunException(
                    file + " could have been changed by others than root; chown root it and chmod go-w it");
        }
    }

    /**
     * A {@code .py} file that is no program by itself. One with an interpreter line is a program to today's agents; if it defines
     * {@code execute} and looks neither at its arguments nor at whether it is the main program, that would silently do nothing. One
     * that is both things at once, as the ready-made actions are, is a program where it may be executed.
     */
    private static boolean isModule(Path file, String fileName, boolean executable) throws IOException {
        if (!fileName.endsWith(PYTHON)) {
            return false;
        }
        String text;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            text = new String(in.readNBytes(LOOK), StandardCharsets.UTF_8);
        }
        boolean looksLikeAProgram = text.contains("__main__") || text.contains("argv");
        return !text.startsWith("#!") || (EXECUTE.matcher(text).find() && !(executable && looksLikeAProgram));
    }
}
