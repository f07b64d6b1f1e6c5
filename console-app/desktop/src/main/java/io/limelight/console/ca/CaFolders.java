package io.limelight.console.ca;

import io.limelight.console.shell.Remembered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which CA folders there are to choose from: the usual ones of a profile, and those that were opened last. Never blocks. */
public final class CaFolders {
    private static final int RECENT = 8;

    private final Remembered remembered;
    private final String prefix;
    private final List<Path> usual;

    /**
     * Of a profile.
     *
     * @param prefix of what is remembered: {@code ca.7.}
     * @param usual the likeliest first
     */
    public CaFolders(Remembered remembered, String prefix, List<Path> usual) {
        this.remembered = remembered;
        this.prefix = prefix;
        this.usual = usual.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    /**
     * Of a profile.
     *
     * @param profile its number; 0: it is not kept, and neither is what is opened of it, as the next sandbox has other folders
     */
    public static CaFolders of(Remembered remembered, long profile, List<Path> usual) {
        return new CaFolders(profile == 0 ? Remembered.inMemory() : remembered, "ca." + profile + ".", usual);
    }

    /** Where a person looks first: what was opened last, else the usual one. */
    public Path first() {
        return recent().stream().findFirst().orElse(usual.getFirst());
    }

    /** All of them, the ones opened last first. */
    public List<Path> all() {
        Set<Path> all = new LinkedHashSet<>(recent());
        all.addAll(usual);
        return List.copyOf(all);
    }

    private List<Path> recent() {
        return remembered
                .get(prefix + "folders")
                .orElse("")
                .lines()
                .filter(line -> !line.isBlank())
                .limit(RECENT)
                .map(Path::of)
                .toList();
    }

    void opened(Path folder) {
        List<Path> now = new ArrayList<>(recent());
        now.remove(folder);
        now.addFirst(folder);
        remembered.put(
                prefix + "folders",
                String.join("\n", now.stream().limit(RECENT).map(Path::toString).toList()));
    }

    /** The address for the CRL that a person chose for new certificates of a folder. */
    Optional<String> crlAddress(Path folder) {
        return remembered.get(prefix + "crl." + folder);
    }

    void crlAddress(Path folder, String address) {
        remembered.put(prefix + "crl." + folder, address);
    }
}
