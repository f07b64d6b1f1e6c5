package io.limelight.cli.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Ahead-of-time caches of the JVM (JEP 483, 514, 515), one a program, since a cache that holds more than the program needs
 * costs more than it saves. {@link Rehearsal} makes them; they lie in the folder {@code aot} beside the jar that runs.
 */
final class AotCaches {
    /** A rehearsal names the folder here to which its programs write what they have learned. */
    static final String MAKE = "limelight.rehearsal";

    private AotCaches() {}

    /** Options of a JVM for this program: to use its cache, to make it, or none. */
    static List<String> optionsFor(String program) {
        String making = System.getProperty(MAKE);
        if (making != null) {
            return List.of("-XX:AOTCacheOutput=" + Path.of(making, program + ".aot"));
        }
        String classPath = System.getProperty("java.class.path");
        if (classPath.contains(File.pathSeparator)) {
            return List.of();
        }
        Path programs = Path.of(classPath);
        Path cache = programs.resolveSibling("aot").resolve(program + ".aot");
        // One that does not fit is not used, and must not be told of on standard output, where scripts read.
        return isNewer(cache, programs)
                ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr")
                : List.of();
    }

    /** A cache made before the last build fits nothing any more, and the JVM would complain at every start. */
    private static boolean isNewer(Path cache, Path programs) {
        try {
            return Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(programs)) > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
