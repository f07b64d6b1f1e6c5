package io.limelight.cli.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Ahead-of-time caches of the JVM (JEP 483, 514, 515), one a program, since a cache that holds more than the program needs
 * costs more than it saves. {@link Rehearsal} makes them; they lie in the folder {@code aot} beside the jar that runs. Where
 * there is none, the archive of classes that {@link FirstSteps} left at the end of the build.
 */
final class StartupCaches {
    /** A rehearsal names the folder here to which its programs write what they have learned. */
    static final String MAKE = "limelight.rehearsal";

    private StartupCaches() {}

    /** Options of a JVM for this program: to use its cache, to make it, or none. */
    static List<String> optionsFor(String program) {
        String making = System.getProperty(MAKE);
        if (making != null) {
            return List.of("-XX:AOTCacheOutput=" + Path.of(making, program + ".aot"));
        }
        String classPath = Programs.classPath();
        if (!Programs.oneJar(classPath)) {
            return List.of();
        }
        Path programs = Path.of(classPath);
        Path cache = programs.resolveSibling("aot").resolve(program + ".aot");
        if (isNewer(cache, programs)) {
            return quietly("-XX:AOTCache=" + cache);
        }
        Path archive = programs.resolveSibling("limelight.jsa");
        return Files.exists(archive) ? quietly("-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /** What does not fit is not used, which need not be told; what else the JVM says goes where scripts do not read. */
    private static List<String> quietly(String option) {
        return List.of(option, "-Xlog:disable", "-Xlog:all=error,aot*=off,cds*=off:stderr");
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
