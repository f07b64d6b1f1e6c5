package io.limelight.core.payload;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What lies in a folder, in the order in which it is packed: the only place that looks, for those who refuse and for those who
 * show. It follows no link, opens no file, and stops at {@link #MOST}.
 */
final class FolderWalk {
    /** More is not listed; several times of what a machine unpacks. */
    static final int MOST = 20_000;

    private final boolean deep;
    private final BooleanSupplier stop;
    private final List<Found> found = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private boolean cut;

    private FolderWalk(boolean deep, BooleanSupplier stop) {
        this.deep = deep;
        this.stop = stop;
    }

    /** Of what kind something is. */
    enum Kind {
        FILE,
        FOLDER,
        LINK,
        DEVICE,
        /** It was there when the folder was listed and could not be looked at. */
        UNKNOWN
    }

    /**
     * Something in the folder.
     *
     * @param name as it stands in the archive, with {@code /} between segments
     * @param path where it is
     * @param attributes when it could be looked at
     */
    record Found(String name, Path path, Kind kind, Optional<BasicFileAttributes> attributes) {
        /** Bytes of a file; 0 for everything else. */
        long size() {
            return kind == Kind.FILE ? attributes.map(BasicFileAttributes::size).orElse(0L) : 0;
        }
    }

    /**
     * What was found.
     *
     * @param troubles sentences without an end, of folders that could not be listed; the first one may be the folder itself
     * @param cut whether there is more than was listed
     */
    record Listing(List<Found> found, List<String> troubles, boolean cut) {}

    /**
     * Looks into a folder.
     *
     * @param deep whether folders in it are looked into; if not, they are listed as such
     * @param stop asked between files; what was found until then is the result
     */
    static Listing list(Path folder, boolean deep, BooleanSupplier stop) {
        FolderWalk walk = new FolderWalk(deep, stop);
        if (!Files.isDirectory(folder)) {
            walk.troubles.add(folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        } else {
            walk.look(folder, "", 0);
        }
        return new Listing(List.copyOf(walk.found), List.copyOf(walk.troubles), walk.cut);
    }

    private void look(Path directory, String prefix, int depth) {
        if (depth > PayloadNames.MAX_DEPTH) {
            troubles.add(directory + " is more than " + PayloadNames.MAX_DEPTH + " folders deep");
            return;
        }
        List<Child> children;
        try {
            children = children(directory);
        } catch (IOException e) {
            troubles.add("cannot read the payload folder " + directory + ": " + why(e));
            return;
        }
        for (Child child : children) {
            if (stop.getAsBoolean()) {
                return;
            }
            if (found.size() >= MOST) {
                cut = true;
                return;
            }
            Found next = see(child.path(), prefix + child.name());
            if (next.kind() == Kind.FOLDER && deep) {
                look(child.path(), next.name() + "/", depth + 1);
            } else {
                found.add(next);
            }
        }
    }

    private static Found see(Path child, String name) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Kind kind = attributes.isRegularFile()
                    ? Kind.FILE
                    : attributes.isDirectory() ? Kind.FOLDER : attributes.isSymbolicLink() ? Kind.LINK : Kind.DEVICE;
            return new Found(name, child, kind, Optional.of(attributes));
        } catch (IOException e) {
            return new Found(name, child, Kind.UNKNOWN, Optional.empty());
        }
    }

    private record Child(String name, Path path) {}

    private List<Child> children(Path directory) throws IOException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                if (children.size() > MOST || stop.getAsBoolean()) {
                    break;
                }
                children.add(new Child(String.valueOf(child.getFileName()), child));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.comparing(Child::name));
        return children;
    }

    /** Why it did not go, without its name. */
    static String why(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        if (e instanceof NoSuchFileException) {
            return "it is gone";
        }
        return String.valueOf(e.getMessage());
    }
}
