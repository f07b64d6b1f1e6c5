package io.limelight.console;

import io.limelight.console.words.Words;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the console runs on. */
final class SystemFacts {
    private SystemFacts() {}

    static Map<String, String> versions(Words words) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "limelight",
                Optional.ofNullable(SystemFacts.class.getPackage().getImplementationVersion())
                        .orElse("not packaged"));
        facts.put("java", property("java.runtime.version") + ", " + property("java.vendor"));
        facts.put("javafx", property("javafx.runtime.version"));
        facts.put("system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
        facts.put("language", words.locale().toLanguageTag());
        facts.put("time zone", java.time.ZoneId.systemDefault().getId());
        Runtime runtime = Runtime.getRuntime();
        facts.put("processors", String.valueOf(runtime.availableProcessors()));
        facts.put("memory at most", (runtime.maxMemory() >> 20) + " MiB");
        return facts;
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
