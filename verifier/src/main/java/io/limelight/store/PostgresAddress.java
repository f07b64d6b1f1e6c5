package io.limelight.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database of a PostgreSQL server, from a URL as SQLAlchemy writes it ({@code postgresql+psycopg2://user:pw@host/db}, with
 * libpq's parameters) or as JDBC does ({@code jdbc:postgresql://host/db?user=u&password=pw}, with the driver's).
 *
 * <p>Parameters are taken from a list: the driver has some that load classes by name or write files, and one that is
 * misspelt ({@code sslmod=require}) must not be passed over in silence. The password stays in here: {@link #toString} and
 * every message name host, port and database only.
 */
final class PostgresAddress {
    private static final int LONGEST = 4096;
    private static final int MOST_HOSTS = 16;
    private static final int PORT = 5432;

    private static final Pattern MEANT =
            Pattern.compile("(?:jdbc:)?postgres(?:ql)?(?:\\+[A-Za-z0-9_-]+)?:.*", Pattern.DOTALL);

    /** As SQLAlchemy divides it: a password may have any character but @, which is written %40. */
    private static final Pattern PARTS = Pattern.compile(
            "postgres(?:ql)?(?:\\+[A-Za-z0-9_-]+)?://(?:([^:@/?]*)(?::([^@]*))?@)?([^/?@]*)(?:/([^?]*))?"
                    + "(?:\\?(.*))?");

    /** The driver's has no place for a user before the host; who writes one there all the same is understood. */
    private static final Pattern JDBC_PARTS =
            Pattern.compile("jdbc:postgresql://(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?@]*)(?:/([^?]*))?(?:\\?(.*))?");

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");

    /** What each is called by the driver; libpq's names and the driver's, in lower case. */
    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry("user", "user"),
            Map.entry("password", "password"),
            Map.entry("sslmode", "sslmode"),
            Map.entry("ssl", "ssl"),
            Map.entry("sslrootcert", "sslrootcert"),
            Map.entry("sslcert", "sslcert"),
            Map.entry("sslkey", "sslkey"),
            Map.entry("sslpassword", "sslpassword"),
            Map.entry("channel_binding", "channelBinding"),
            Map.entry("channelbinding", "channelBinding"),
            Map.entry("gssencmode", "gssEncMode"),
            Map.entry("connect_timeout", "connectTimeout"),
            Map.entry("connecttimeout", "connectTimeout"),
            Map.entry("sockettimeout", "socketTimeout"),
            Map.entry("keepalives", "tcpKeepAlive"),
            Map.entry("tcpkeepalive", "tcpKeepAlive"),
            Map.entry("application_name", "ApplicationName"),
            Map.entry("applicationname", "ApplicationName"),
            Map.entry("target_session_attrs", "targetServerType"),
            Map.entry("targetservertype", "targetServerType"));

    /** libpq's words for what a server must be, and the driver's. */
    private static final Map<String, String> SERVER_KINDS = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "master", "primary");

    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private final List<String> hosts;
    private final String database;
    private final Map<String, String> properties;

    private PostgresAddress(List<String> hosts, String database, Map<String, String> properties) {
        this.hosts = List.copyOf(hosts);
        this.database = database;
        this.properties = Map.copyOf(properties);
    }

    /** Whether a URL is one of PostgreSQL's, well written or not. */
    static boolean isMeant(String url) {
        return MEANT.matcher(url).matches();
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it cannot be used; the message says why and repeats nothing that could be secret
     */
    static PostgresAddress parse(String url) {
        Matcher parts = (url.startsWith("jdbc:") ? JDBC_PARTS : PARTS).matcher(url);
        if (url.length() > LONGEST || !parts.matches()) {
            throw new IllegalArgumentException("write postgresql://user:password@host:port/database, with an @ in a"
                    + " password as %40, or jdbc:postgresql://host:port/database?user=…");
        }
        Map<String, String> properties = new TreeMap<>();
        credential(properties, "user", parts.group(1));
        credential(properties, "password", parts.group(2));
        List<String> hosts = hosts(parts.group(3));
        String database = decoded("the database's name", parts.group(4) == null ? "" : parts.group(4), false);
        if (database.isEmpty()) {
            throw new IllegalArgumentException(
                    "name the database after the host: postgresql://user:password@host/database");
        }
        if (parts.group(5) != null && !parts.group(5).isEmpty()) {
            for (String pair : parts.group(5).split("&", -1)) {
                parameter(properties, pair);
            }
        }
        return new PostgresAddress(hosts, database, properties);
    }

    private static void credential(Map<String, String> properties, String name, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            properties.put(name, decoded("the " + name, text, false));
        }
    }

    private static List<String> hosts(String text) {
        List<String> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher host = HOST.matcher(one);
            int port = host.matches() && host.group(2) != null ? Integer.parseInt(host.group(2)) : PORT;
            if (!host.matches() || port == 0 || port > 65535) {
                throw new IllegalArgumentException(
                        "the host is to be a name or an address with an optional port: host:5432, [2001:db8::1]:5432");
            }
            hosts.add((host.group(1).isEmpty() ? "localhost" : host.group(1)) + ":" + port);
        }
        if (hosts.size() > MOST_HOSTS) {
            throw new IllegalArgumentException("at most " + MOST_HOSTS + " hosts can be named");
        }
        return hosts;
    }

    private static void parameter(Map<String, String> properties, String pair) {
        int equals = pair.indexOf('=');
        String name = decoded("a parameter", equals < 0 ? pair : pair.substring(0, equals), true);
        String known = PARAMETERS.get(name.toLowerCase(Locale.ROOT));
        if (known == null) {
            throw new IllegalArgumentException(reason(name));
        }
        String value = decoded("the parameter " + name, equals < 0 ? "" : pair.substring(equals + 1), true);
        switch (known) {
            case "sslmode" -> {
                if (!SSL_MODES.contains(value)) {
                    throw new IllegalArgumentException("sslmode is one of " + String.join(", ", SSL_MODES));
                }
            }
            case "connectTimeout", "socketTimeout" -> {
                if (!value.matches("[0-9]{1,6}")) {
                    throw new IllegalArgumentException(name + " is a whole number of seconds");
                }
            }
            case "tcpKeepAlive" -> value = String.valueOf(value.equals("1") || value.equalsIgnoreCase("true"));
            case "targetServerType" -> {
                String kind = SERVER_KINDS.get(value);
                if (kind == null) {
                    throw new IllegalArgumentException(name + " is read-write (or primary), or any: a database that"
                            + " cannot be written is of no use here");
                }
                value = kind;
            }
            default -> {
                // Texts that the driver judges.
            }
        }
        if (properties.put(known, value) != null) {
            throw new IllegalArgumentException("the " + known + " is given twice");
        }
    }

    private static String reason(String name) {
        String shown = name.replaceAll("[^A-Za-z0-9_]", "?");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "host" ->
                "name the host before the database: postgresql://user:password@host/database; sockets of Unix"
                        + " are not spoken here";
            case "currentschema", "options" ->
                "the parameter " + shown
                        + " cannot be given: the tables are in a schema of their own, limelight_verifier or"
                        + " limelight_registrar";
            default ->
                "the parameter " + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown)
                        + " is not known here; known are sslmode, sslrootcert, sslcert, sslkey, sslpassword,"
                        + " channel_binding, gssencmode, connect_timeout, keepalives, application_name,"
                        + " target_session_attrs";
        };
    }

    private static String decoded(String what, String text, boolean plusIsSpace) {
        String decoded;
        try {
            decoded = URLDecoder.decode(plusIsSpace ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Its message would repeat the text.
            throw new IllegalArgumentException(what + " has a % without two hexadecimal digits; write %25 for a %");
        }
        if (decoded.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " has a NUL");
        }
        return decoded;
    }

    /** Database and host, for sentences: {@code keylime on db.example:5432}. */
    String name() {
        return database + " on " + String.join(", ", hosts);
    }

    /** For the driver; without anything secret. */
    String jdbcUrl() {
        return "jdbc:postgresql://" + String.join(",", hosts) + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** For the driver: user, password, what the URL says of the connection. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Who it says we are; what the driver takes if it does not say. */
    String user() {
        return properties.getOrDefault("user", System.getProperty("user.name", "?"));
    }

    @Override
    public String toString() {
        return name();
    }
}
