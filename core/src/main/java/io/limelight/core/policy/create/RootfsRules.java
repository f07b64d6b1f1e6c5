package io.limelight.core.policy.create;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which directories below a root file system are hashed, and how its files are called in a policy. All paths are absolute and
 * normal ({@code /a/b}, no end slash).
 *
 * <p>What is skipped: what changes while a machine runs and what is no file system of its own. Each entry names a directory by
 * its path inside the root; mount points of the running system, of another type than {@code /}, by their path outside.
 */
public final class RootfsRules {
    private static final Set<String> ALWAYS =
            Set.of("/sys", "/run", "/proc", "/lost+found", "/dev", "/media", "/snap", "/mnt", "/var", "/tmp");

    private final String root;
    private final Set<String> outside = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean nothing;

    /**
     * For one root.
     *
     * @param skip directories named by the user, by their path outside
     * @param mounts mount points whose file system is of another type than that of {@code /}
     */
    public RootfsRules(String root, List<String> skip, List<String> mounts) {
        this.root = root;
        for (String directory : skip) {
            if (directory.equals(root) || isBelow(root, directory)) {
                nothing = true;
                warnings.add("the directory to skip, " + directory
                        + ", holds the whole root file system; nothing is hashed");
            } else if (isBelow(directory, root)) {
                outside.add(directory);
            } else {
                warnings.add("the directory to skip, " + directory + ", is not below " + root + " and is ignored");
            }
        }
        outside.addAll(mounts);
    }

    private static boolean isBelow(String path, String directory) {
        return path.startsWith(directory.equals("/") ? "/" : directory + "/") && !path.equals(directory);
    }

    /** What the user should know, each the rest of a sentence. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** True if there is nothing to hash at all. */
    public boolean skipsEverything() {
        return nothing;
    }

    /** Whether a directory is skipped with all that is in it. */
    public boolean skips(String directory) {
        return nothing || ALWAYS.contains(inside(directory)) || outside.contains(directory);
    }

    private String inside(String path) {
        if (root.equals("/")) {
            return path;
        }
        return path.equals(root) ? "/" : path.substring(root.length());
    }

    /** The path of a file as the kernel of a machine with this root prints it: from the root, blanks as underscores. */
    public String measuredName(String path) {
        return inside(path).replace(' ', '_');
    }
}
