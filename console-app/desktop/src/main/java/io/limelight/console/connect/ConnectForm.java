package io.limelight.console.connect;

import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** What is typed to connect, and what is wrong with it. Keeps everything, also what the other way of typing hides. */
public final class ConnectForm {
    private static final int LARGEST_PORT = 65535;
    private static final int LONGEST_HOST = 255;

    private final Words words;
    private final ObjectProperty<Way> way = new SimpleObjectProperty<>(Way.TYPED);
    private final ObjectProperty<Environment> environment = new SimpleObjectProperty<>(Environment.PRODUCTION);
    private final Map<Field, StringProperty> texts = new EnumMap<>(Field.class);
    private final ReadOnlyObjectWrapper<Map<Field, String>> faults = new ReadOnlyObjectWrapper<>(Map.of());

    /** Where addresses and keys come from. */
    public enum Way {
        /** A {@code tenant.conf}. */
        CONFIGURATION,
        /** The fields. */
        TYPED;

        /** Names keys of words: {@code typed}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What can be typed. */
    public enum Field {
        /** Of the profile. */
        NAME,
        /** {@code tenant.conf}. */
        TENANT_CONF,
        /** {@code KEYLIME_DIR}. */
        WORK_DIR,
        /** Name or address. */
        VERIFIER_HOST,
        /** Number. */
        VERIFIER_PORT,
        /** Name or address. */
        REGISTRAR_HOST,
        /** Number. */
        REGISTRAR_PORT,
        /** Folder of the files below. */
        TLS_FOLDER,
        /** File. */
        CLIENT_KEY,
        /** File. */
        CLIENT_CERTIFICATE,
        /** File. */
        TRUSTED_CA;

        /** Names keys of words: {@code verifier-host}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** Whether it belongs to this way. */
        public boolean of(Way way) {
            return switch (this) {
                case NAME -> true;
                case TENANT_CONF, WORK_DIR -> way == Way.CONFIGURATION;
                default -> way == Way.TYPED;
            };
        }
    }

    ConnectForm(Words words) {
        this.words = words;
        for (Field field : Field.values()) {
            StringProperty text = new SimpleStringProperty("");
            texts.put(field, text);
            text.addListener((_, _, _) -> check());
        }
        text(Field.VERIFIER_PORT).set("8881");
        text(Field.REGISTRAR_PORT).set("8891");
        way.addListener((_, _, _) -> check());
        check();
    }

    Words words() {
        return words;
    }

    /** The text of a field. */
    public StringProperty text(Field field) {
        StringProperty text = texts.get(field);
        if (text == null) {
            throw new IllegalArgumentException(field.name());
        }
        return text;
    }

    /** Where addresses and keys come from. */
    public ObjectProperty<Way> wayProperty() {
        return way;
    }

    /** What the fleet is for. */
    public ObjectProperty<Environment> environmentProperty() {
        return environment;
    }

    /** What is wrong, by field; empty: nothing. */
    public ReadOnlyObjectProperty<Map<Field, String>> faultsProperty() {
        return faults.getReadOnlyProperty();
    }

    /** Whether it says where to connect. */
    public boolean complete() {
        return faults.get().isEmpty();
    }

    /** Calls {@code listener} whenever something else is typed that decides where it connects. */
    void onChange(Runnable listener) {
        texts.forEach((field, text) -> {
            if (field != Field.NAME) {
                text.addListener((_, _, _) -> listener.run());
            }
        });
        way.addListener((_, _, _) -> listener.run());
    }

    /** Fills in what is known. */
    void fill(ProfileSource source) {
        switch (source) {
            case ProfileSource.Configuration files -> {
                way.set(Way.CONFIGURATION);
                text(Field.TENANT_CONF)
                        .set(files.tenantConf().map(Path::toString).orElse(""));
                text(Field.WORK_DIR).set(files.workDir().map(Path::toString).orElse(""));
            }
            case ProfileSource.Typed typed -> {
                way.set(Way.TYPED);
                text(Field.VERIFIER_HOST).set(typed.verifierHost());
                text(Field.VERIFIER_PORT).set(Integer.toString(typed.verifierPort()));
                text(Field.REGISTRAR_HOST).set(typed.registrarHost());
                text(Field.REGISTRAR_PORT).set(Integer.toString(typed.registrarPort()));
                text(Field.TLS_FOLDER).set(typed.tlsFolder().toString());
                text(Field.CLIENT_KEY).set(typed.clientKey());
                text(Field.CLIENT_CERTIFICATE).set(typed.clientCertificate());
                text(Field.TRUSTED_CA).set(typed.trustedCa());
            }
        }
    }

    /** Fills in a profile that is to be changed. */
    void fill(Profile profile) {
        text(Field.NAME).set(profile.name());
        environment.set(profile.environment());
        fill(profile.source());
    }

    /** Fills in a name where none is typed. */
    void suggestName(String name) {
        if (typed(Field.NAME).isEmpty() && name.length() <= Profile.LONGEST_NAME) {
            text(Field.NAME).set(name);
        }
    }

    /** What is typed; only where it is complete. */
    ProfileSource source() {
        if (way.get() == Way.CONFIGURATION) {
            return new ProfileSource.Configuration(path(Field.TENANT_CONF), path(Field.WORK_DIR));
        }
        return new ProfileSource.Typed(
                typed(Field.VERIFIER_HOST),
                Integer.parseInt(typed(Field.VERIFIER_PORT)),
                typed(Field.REGISTRAR_HOST),
                Integer.parseInt(typed(Field.REGISTRAR_PORT)),
                Path.of(typed(Field.TLS_FOLDER)),
                typed(Field.CLIENT_KEY),
                typed(Field.CLIENT_CERTIFICATE),
                typed(Field.TRUSTED_CA));
    }

    /** What is typed as a profile. */
    Profile profile(KeyKeeping key) {
        return Profile.fresh(typed(Field.NAME), environment.get(), source(), key);
    }

    private String typed(Field field) {
        return text(field).get().strip();
    }

    private Optional<Path> path(Field field) {
        return Optional.of(typed(field)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    private void check() {
        Map<Field, String> wrong = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            if (field.of(way.get())) {
                fault(field, typed(field)).ifPresent(key -> wrong.put(field, words.of("connect.fault." + key)));
            }
        }
        faults.set(wrong);
    }

    private static Optional<String> fault(Field field, String text) {
        return switch (field) {
            case NAME ->
                text.isEmpty()
                        ? Optional.of("name-missing")
                        : text.length() > Profile.LONGEST_NAME ? Optional.of("name-long") : Optional.empty();
            case VERIFIER_HOST, REGISTRAR_HOST -> host(text);
            case VERIFIER_PORT, REGISTRAR_PORT -> port(text);
            case TLS_FOLDER -> text.isEmpty() ? Optional.of("folder-missing") : file(text);
            case TENANT_CONF, WORK_DIR, CLIENT_KEY, CLIENT_CERTIFICATE, TRUSTED_CA -> file(text);
        };
    }

    private static Optional<String> host(String text) {
        if (text.isEmpty()) {
            return Optional.of("host-missing");
        }
        boolean plain = text.length() <= LONGEST_HOST
                && text.codePoints().allMatch(c -> c > ' ' && c != '/' && c != '@' && c != '?' && c != '#');
        return plain ? Optional.empty() : Optional.of("host");
    }

    private static Optional<String> port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 1 && port <= LARGEST_PORT ? Optional.empty() : Optional.of("port");
        } catch (NumberFormatException e) {
            return Optional.of("port");
        }
    }

    private static Optional<String> file(String text) {
        try {
            // An empty field means the usual file.
            boolean usable = text.isEmpty() || !Path.of(text).toString().isEmpty();
            return usable ? Optional.empty() : Optional.of("path");
        } catch (InvalidPathException e) {
            return Optional.of("path");
        }
    }
}
