package io.limelight.core.payload;

import io.limelight.core.ca.CaName;
import io.limelight.core.ca.MachineIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What may stand in a payload beside what. Each rule stands here once; who packs throws the first objection, who shows lists
 * them all. An objection is what follows the name of the file in a sentence: "is a link; …".
 */
final class EntryRules {
    private final boolean flat;
    private final Set<String> generated;
    private final Set<String> seen = new HashSet<>();

    private EntryRules(boolean flat, Set<String> generated) {
        this.flat = flat;
        this.generated = generated;
    }

    /** Of the files beside the identity of a machine. */
    static EntryRules ofPackage(CaName machine) {
        Set<String> names = new HashSet<>();
        Stream.of(machine, CaName.NOTIFIER)
                .flatMap(name -> MachineIdentity.fileNames(name).stream())
                .forEach(name -> names.add(folded(name)));
        return new EntryRules(true, names);
    }

    /** Of a folder that becomes an archive. */
    static EntryRules ofArchive() {
        return new EntryRules(false, Set.of());
    }

    /** Objections to this one, those that came before considered; none if it can be packed. */
    List<String> objections(FolderWalk.Found found) {
        List<String> objections = new ArrayList<>();
        switch (found.kind()) {
            case FOLDER ->
                objections.add(
                        "is a folder, and a package is flat, as agents unpack no folders of it; put the files beside"
                                + " the others, or pack them into one archive that your script unpacks");
            case LINK, DEVICE -> objections.add("is a link or a device; put a copy of the file there instead");
            case UNKNOWN -> objections.add("is gone, or this user may not look at it");
            case FILE -> {}
        }
        String name = folded(found.name());
        if (generated.contains(name)) {
            objections.add("has the name of a file that the package makes itself and would replace it on the machine;"
                    + " rename it");
        } else if (PayloadNames.AGENTS_OWN.contains(flat ? name : first(name))) {
            objections.add("has the name of a file that the agent writes itself; rename it");
        } else {
            String problem = PayloadNames.problem(found.name(), Set.of());
            if (!problem.isEmpty()) {
                objections.add("cannot be unpacked on a machine: " + problem + "; rename it");
            } else if (found.name().indexOf('\ufffd') >= 0) {
                objections.add("has a name that is not UTF-8; rename it");
            }
        }
        if (!seen.add(name)) {
            objections.add("has the name of another file, but for capital letters; rename one of them");
        }
        return objections;
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String first(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }
}
