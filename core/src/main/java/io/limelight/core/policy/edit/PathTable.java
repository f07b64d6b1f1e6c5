package io.limelight.core.policy.edit;

import io.limelight.core.policy.runtime.DigestIndex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The names of a policy in order, made to be looked at: what is below a folder is a range of one array, found by halving, and a text
 * is looked for in one run over the bytes of all names. Nothing is made for a name that nobody looks at. Immutable.
 */
public final class PathTable {
    private static final int SHORTEST_DIGEST = 6;
    private static final byte END = '\n';

    private final DigestIndex index;
    private final String[] paths;
    /** All names in lower case, each with a line feed behind it. */
    private final byte[] folded;

    private final int[] starts;

    private PathTable(DigestIndex index, String[] sorted) {
        this.index = index;
        this.paths = sorted;
        this.starts = new int[sorted.length + 1];
        byte[] bytes = new byte[64 * sorted.length + 64];
        int end = 0;
        for (int i = 0; i < sorted.length; i++) {
            byte[] name = sorted[i].toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            if (end + name.length + 1 > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + name.length + 1));
            }
            System.arraycopy(name, 0, bytes, end, name.length);
            end += name.length;
            bytes[end++] = END;
            starts[i + 1] = end;
        }
        this.folded = Arrays.copyOf(bytes, end);
    }

    /** The names of an index. */
    public static PathTable of(DigestIndex index) {
        int[] entries = index.entries();
        String[] names = new String[entries.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = index.name(entries[i]);
        }
        Arrays.parallelSort(names);
        return new PathTable(index, names);
    }

    /** With further names. */
    public PathTable with(Collection<String> more) {
        SortedSet<String> added = new TreeSet<>();
        for (String name : more) {
            if (Arrays.binarySearch(paths, name) < 0) {
                added.add(name);
            }
        }
        if (added.isEmpty()) {
            return this;
        }
        String[] all = Arrays.copyOf(paths, paths.length + added.size());
        int at = paths.length;
        for (String name : added) {
            all[at++] = name;
        }
        Arrays.parallelSort(all);
        return new PathTable(index, all);
    }

    /** How many. */
    public int size() {
        return paths.length;
    }

    /**
     * What is directly below a folder.
     *
     * @param path whole: of a folder with its slash at the end
     * @param name without the folder it is in
     * @param folder whether it is one
     * @param count how many names are below it; 1 for a name
     */
    public record Child(String path, String name, boolean folder, int count) {}

    /**
     * Some of many.
     *
     * @param list those that were wanted
     * @param more further ones
     * @param <T> what
     */
    public record Some<T>(List<T> list, int more) {
        /** Copies the list. */
        public Some {
            list = List.copyOf(list);
        }
    }

    /**
     * What is directly below a folder, folders first, at most so many.
     *
     * @param folder with a slash at its end; an empty text for what stands at the top
     */
    public Some<Child> children(String folder, int most) {
        List<Child> folders = new ArrayList<>();
        List<Child> names = new ArrayList<>();
        int more = 0;
        int end = below(folder);
        for (int at = from(folder); at < end; ) {
            String path = paths[at];
            int slash = path.indexOf('/', folder.length());
            if (slash < 0) {
                if (folders.size() + names.size() < most) {
                    names.add(new Child(path, path.substring(folder.length()), false, 1));
                } else {
                    more++;
                }
                at++;
            } else {
                String inside = path.substring(0, slash + 1);
                int next = Math.max(below(inside), at + 1);
                if (folders.size() + names.size() < most) {
                    folders.add(new Child(inside, inside.substring(folder.length()), true, next - at));
                } else {
                    more++;
                }
                at = next;
            }
        }
        folders.addAll(names);
        return new Some<>(folders, more);
    }

    /** The first that begins so. */
    private int from(String prefix) {
        int place = Arrays.binarySearch(paths, prefix);
        return place < 0 ? -place - 1 : place;
    }

    /** The first behind all that begin so. */
    private int below(String prefix) {
        return prefix.isEmpty() ? paths.length : from(prefix + '\uffff');
    }

    /**
     * Names that hold a text, whatever its case, or have a digest that begins with it; in order, at most so many.
     *
     * @param wanted empty for all
     * @param only further condition
     */
    public Some<String> find(String wanted, Predicate<String> only, int most) {
        BitSet matching = new BitSet(paths.length);
        if (wanted.isEmpty()) {
            matching.set(0, paths.length);
        } else {
            byName(wanted.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8), matching);
            if (wanted.length() >= SHORTEST_DIGEST && isHex(wanted)) {
                byDigest(wanted, matching);
            }
        }
        List<String> found = new ArrayList<>();
        int more = 0;
        for (int i = matching.nextSetBit(0); i >= 0; i = matching.nextSetBit(i + 1)) {
            if (only.test(paths[i])) {
                if (found.size() < most) {
                    found.add(paths[i]);
                } else {
                    more++;
                }
            }
        }
        return new Some<>(found, more);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** One run over all names: most of them are passed without being looked at one by one. */
    private void byName(byte[] needle, BitSet matching) {
        int i = 0;
        for (int at = search(needle, 0); at >= 0; at = search(needle, starts[i])) {
            i = place(at, i);
            matching.set(i);
            i++;
        }
    }

    private void byDigest(String digits, BitSet matching) {
        for (int entry : index.entries()) {
            if (index.anyBegins(entry, digits)) {
                int at = Arrays.binarySearch(paths, index.name(entry));
                if (at >= 0) {
                    matching.set(at);
                }
            }
        }
    }

    private int place(int at, int least) {
        int found = Arrays.binarySearch(starts, least, starts.length, at);
        return found < 0 ? -found - 2 : found;
    }

    private int search(byte[] needle, int from) {
        byte first = needle[0];
        int last = folded.length - needle.length;
        for (int at = from; at <= last; at++) {
            if (folded[at] == first) {
                int same = 1;
                while (same < needle.length && folded[at + same] == needle[same]) {
                    same++;
                }
                if (same == needle.length) {
                    return at;
                }
            }
        }
        return -1;
    }
}
