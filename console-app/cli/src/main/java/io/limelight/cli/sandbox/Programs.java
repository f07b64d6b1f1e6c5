package io.limelight.cli.sandbox;

import java.io.File;
import java.nio.file.Path;

/** Where the programs of this build are, for whoever starts them as processes. */
final class Programs {
    /** Names the jar of the command line, where this process was started from another one: the console was. */
    static final String JAR = "limelight.programs";

    private static final String NAME = "limelight-cli.jar";

    private Programs() {}

    /** The jar, or the class path that runs this code. */
    static String classPath() {
        String named = System.getProperty(JAR);
        return named == null || named.isEmpty() ? System.getProperty("java.class.path") : named;
    }

    /** Whether {@code java -jar} starts the command line. */
    static boolean oneJar(String classPath) {
        return !classPath.contains(File.pathSeparator) && Path.of(classPath).endsWith(NAME);
    }
}
