package io.limelight.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code logging.conf} asks for, as far as one console needs it. Keylime hands the file to Python's logging library;
 * here its levels, its line and its stream are honoured, and a handler of another kind is warned about.
 *
 * @param level the quietest of logger and handler
 * @param format Python's line format
 * @param dateFormat {@code strftime} format of {@code %(asctime)s}
 * @param standardError whether the handler writes to standard error instead of standard output
 * @param warnings what could not be honoured
 */
public record LoggingConfig(
        Level level, String format, String dateFormat, boolean standardError, List<String> warnings) {

    /** Python's levels. */
    public enum Level {
        DEBUG("DEBUG"),
        INFO("INFO"),
        WARNING("WARN"),
        ERROR("ERROR"),
        CRITICAL("ERROR");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        /** The word SLF4J's world uses. */
        public String word() {
            return word;
        }
    }

    private static final String FORMAT = "%(asctime)s.%(msecs)03d - %(name)s - %(levelname)s - %(message)s";
    private static final String DATE_FORMAT = "%Y-%m-%d %H:%M:%S";
    private static final int MAX_FORMAT = 1000;

    /** What counts without a file. */
    public static LoggingConfig shipped() {
        return new LoggingConfig(Level.INFO, FORMAT, DATE_FORMAT, false, List.of());
    }

    static LoggingConfig parse(String text, String origin) throws ConfigException {
        IniFile file = IniFile.parse(text, origin);
        List<String> warnings = new ArrayList<>();
        String handler = "handler_consoleHandler";
        Level root = level(file, "logger_root", Level.INFO);
        Level logger = level(file, "logger_keylime", root);
        Level console = level(file, handler, Level.DEBUG);
        file.find(handler, "class")
                .filter(kind -> !kind.text().equals("StreamHandler"))
                .ifPresent(kind -> warnings.add(kind.source() + ": handlers of class " + kind.text()
                        + " do not exist here; the log goes to the console"));
        return new LoggingConfig(
                logger.compareTo(console) > 0 ? logger : console,
                text(file, "format", FORMAT),
                text(file, "datefmt", DATE_FORMAT),
                file.find(handler, "args")
                        .map(args -> args.text().contains("stderr"))
                        .orElse(false),
                warnings);
    }

    private static String text(IniFile file, String option, String otherwise) throws ConfigException {
        ConfigValue value = file.find("formatter_formatter", option).orElse(new ConfigValue(otherwise, "default"));
        if (value.text().length() > MAX_FORMAT) {
            throw new ConfigException(value.source() + ": " + option + " is longer than " + MAX_FORMAT + " characters");
        }
        return value.text();
    }

    private static Level level(IniFile file, String section, Level otherwise) throws ConfigException {
        ConfigValue value = file.find(section, "level").orElse(new ConfigValue(otherwise.name(), "default"));
        return switch (value.text().strip().toUpperCase(Locale.ROOT)) {
            case "NOTSET" -> otherwise;
            case "DEBUG" -> Level.DEBUG;
            case "INFO" -> Level.INFO;
            case "WARNING", "WARN" -> Level.WARNING;
            case "ERROR" -> Level.ERROR;
            case "CRITICAL", "FATAL" -> Level.CRITICAL;
            default ->
                throw new ConfigException(value.source() + ": level = \"" + value.text()
                        + "\" is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL");
        };
    }
}
