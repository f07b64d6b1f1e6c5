package io.limelight.cli.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Mount points of the running system ({@code /proc/self/mountinfo}, proc_pid_mountinfo(5)). */
final class MountPoints {
    private MountPoints() {}

    private record Mount(String point, String type) {}

    /** Those whose file system is of another type than that of {@code /}; none where the system tells nothing. */
    static List<String> ofAnotherType(Path mountinfo) {
        try {
            // Names in it may be in any encoding; one byte a character keeps them apart.
            return ofAnotherType(Files.readString(mountinfo, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return List.of();
        }
    }

    static List<String> ofAnotherType(String mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        String rootType = "";
        for (String line : (Iterable<String>) mountinfo.lines()::iterator) {
            int separator = line.indexOf(" - ");
            String[] before = line.split(" ", 6);
            if (separator < 0 || before.length < 6) {
                continue;
            }
            String type = line.substring(separator + 3).split(" ", 2)[0];
            String point = unescaped(before[4]);
            if (point.equals("/")) {
                rootType = type;
            }
            mounts.add(new Mount(point, type));
        }
        String type = rootType;
        return mounts.stream()
                .filter(mount -> !mount.type.equals(type))
                .map(Mount::point)
                .toList();
    }

    /** Blank, tab, line feed and backslash are written as octal numbers. */
    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\'
                    && i + 3 < text.length()
                    && text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}")) {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
