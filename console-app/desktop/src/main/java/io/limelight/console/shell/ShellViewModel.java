package io.limelight.console.shell;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.ObservableMap;
import org.jspecify.annotations.Nullable;

/** What the window shows around its pages. To be changed on the screen's thread. */
public final class ShellViewModel {
    /** Between two refreshes, as offered; zero: only when told. */
    public static final List<Duration> PACES =
            List.of(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(1));

    private static final Duration LONG_ANSWER = Duration.ofSeconds(10);

    private final Words words;
    private final StringProperty profile = new SimpleStringProperty(this, "profile", "");
    private final ObjectProperty<@Nullable Environment> environment = new SimpleObjectProperty<>(this, "environment");
    private final ObservableList<Lamp> lamps = FXCollections.observableArrayList();
    private final StringProperty role = new SimpleStringProperty(this, "role", "");
    private final ObjectProperty<@Nullable Duration> pace = new SimpleObjectProperty<>(this, "pace");
    private final StringProperty load = new SimpleStringProperty(this, "load", "");
    private final ObservableList<String> profiles = FXCollections.observableArrayList();
    private final ObservableMap<String, Integer> counts = FXCollections.observableHashMap();
    private final StringProperty page = new SimpleStringProperty(this, "page", "");
    private Consumer<Duration> onPace = every -> {};
    private Consumer<String> onProfile = name -> {};
    private Runnable onRefresh = () -> {};

    /** Of no profile yet. */
    public ShellViewModel(Words words) {
        this.words = words;
    }

    /** Name of the profile; empty: none is open. */
    public StringProperty profileProperty() {
        return profile;
    }

    /** What the fleet is for; null: no profile is open. */
    public ObjectProperty<@Nullable Environment> environmentProperty() {
        return environment;
    }

    /** The lights, in their order. */
    public ObservableList<Lamp> lamps() {
        return lamps;
    }

    /** Who we are to the servers, translated. */
    public StringProperty roleProperty() {
        return role;
    }

    /** Between two refreshes; null hides the control. */
    public ObjectProperty<@Nullable Duration> paceProperty() {
        return pace;
    }

    /** What this console asks of its servers, translated. */
    public StringProperty loadProperty() {
        return load;
    }

    /** Names of profiles to switch to. */
    public ObservableList<String> profiles() {
        return profiles;
    }

    /** What needs attention, by the key of a page; absent or zero: nothing. */
    public ObservableMap<String, Integer> counts() {
        return counts;
    }

    /** Key of the page shown; set it to go there. */
    public StringProperty pageProperty() {
        return page;
    }

    /** Called when a person chooses how often to ask. */
    public void onPace(Consumer<Duration> chosen) {
        onPace = chosen;
    }

    /** Called when a person chooses another profile. */
    public void onProfile(Consumer<String> chosen) {
        onProfile = chosen;
    }

    /** Called when a person wants to know now. */
    public void onRefresh(Runnable action) {
        onRefresh = action;
    }

    void choosePace(Duration every) {
        pace.set(every);
        onPace.accept(every);
    }

    void chooseProfile(String name) {
        onProfile.accept(name);
    }

    void refresh() {
        onRefresh.run();
    }

    /** Shows what a fleet's snapshot says of its servers. The light of the CA stays as it is. */
    public void follow(FleetSnapshot snapshot) {
        put(new Lamp(
                "verifier",
                snapshot.verifier().on(),
                snapshot.verifier().on() == FleetSnapshot.Light.Status.UP
                        ? took(snapshot.load().lastAnswer())
                        : "",
                snapshot.verifier().problem()));
        put(new Lamp(
                "registrar", snapshot.registrar().on(), "", snapshot.registrar().problem()));
        load.set(words.of("shell.load", snapshot.load().requestsPerSecond()));
        pace.set(snapshot.load().every());
    }

    private String took(Duration answer) {
        return answer.compareTo(LONG_ANSWER) < 0
                ? words.of("shell.milliseconds", answer.toMillis())
                : words.of("shell.seconds", answer.toMillis() / 1000.0);
    }

    /** Puts a light in the place of the one with its key, or at the end. */
    public void put(Lamp lamp) {
        for (int i = 0; i < lamps.size(); i++) {
            if (lamps.get(i).key().equals(lamp.key())) {
                if (!lamps.get(i).equals(lamp)) {
                    lamps.set(i, lamp);
                }
                return;
            }
        }
        lamps.add(lamp);
    }

    /** As before a profile was open. */
    public void reset() {
        profile.set("");
        environment.set(null);
        lamps.clear();
        role.set("");
        pace.set(null);
        load.set("");
        counts.clear();
    }
}
