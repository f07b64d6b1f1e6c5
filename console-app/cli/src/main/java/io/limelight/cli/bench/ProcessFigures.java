package io.limelight.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernel knows of a process (proc(5)).
 *
 * @param cpuSeconds user and system time since its start
 * @param residentKib resident set
 * @param proportionalKib proportional set: shared pages count by their share
 */
record ProcessFigures(double cpuSeconds, long residentKib, long proportionalKib) {
    private static final double TICKS_PER_SECOND = 100;

    static ProcessFigures of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The second field is the name in parentheses and may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new ProcessFigures(
                ticks / TICKS_PER_SECOND,
                kib(Files.readAllLines(Path.of("/proc/" + pid + "/status")), "VmRSS:"),
                kib(Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")), "Pss:"));
    }

    private static long kib(List<String> lines, String name) {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
