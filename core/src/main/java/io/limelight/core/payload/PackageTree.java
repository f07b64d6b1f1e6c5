package io.limelight.core.payload;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files that a payload becomes on a machine, in the order in which they are packed, and everything that speaks against
 * sending it. Nothing has been made; what is wrong is said at the file, and the rest is shown all the same.
 *
 * @param entries the files; of a folder with very many, the first ones
 * @param zipBytes what is sealed and sent, at most; of a single file its own size
 * @param spaceOnMachine what it takes in the secure area of a machine, at most
 * @param problems sentences about the whole
 */
public record PackageTree(List<Entry> entries, long zipBytes, long spaceOnMachine, List<String> problems) {
    /** Copies the lists. */
    public PackageTree {
        entries = List.copyOf(entries);
        problems = List.copyOf(problems);
    }

    /** Where a file comes from. */
    public enum Origin {
        /** Made when the payload is sent: the machine's identity, the CRL. */
        GENERATED,
        /** A file of the person's. */
        INCLUDED
    }

    /**
     * One file.
     *
     * @param name with {@code /} between folders
     * @param size in bytes; of one that is made when sent, at most so many; empty if it could not be looked at
     * @param sha256 digest in hexadecimal; empty if it is made when sent, could not be read, or was not read
     * @param file where it lies; empty if it is made when sent
     * @param problems each goes on from the name of the file: "is a link; …"
     */
    public record Entry(
            String name,
            OptionalLong size,
            Optional<String> sha256,
            Origin origin,
            Optional<Path> file,
            List<String> problems) {
        /** Copies the list. */
        public Entry {
            problems = List.copyOf(problems);
        }
    }

    /** Whether nothing speaks against sending it. */
    public boolean sound() {
        return problems.isEmpty()
                && entries.stream().allMatch(entry -> entry.problems().isEmpty());
    }

    /** The entry of this name. */
    public Optional<Entry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }
}
