package io.limelight.console.ca;

import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CrlPreview;
import io.limelight.core.listen.CrlAddress;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The CA room: which folder, what it holds, which of it is shown, which line is looked at. Used on the screen's thread. */
public final class CaViewModel implements AutoCloseable {
    private final CaRoom room;
    private final UnaryOperator<String> aliases;
    private final Loader<CaContents> contents;
    private final Loader<CrlAddress.Found> addressTest;
    private final Loader<List<Finding>> examination;
    private final LatestOnly<Drawn> drawing;
    private final ObservableList<CaRow> rows = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Path> folder;
    private final StringProperty filterText = new SimpleStringProperty(this, "filterText", "");
    private final BooleanProperty hideRevoked = new SimpleBooleanProperty(this, "hideRevoked", false);
    private final ReadOnlyObjectWrapper<CaFilter> filter = new ReadOnlyObjectWrapper<>(CaFilter.parse(""));
    private final ReadOnlyObjectWrapper<Counts> counts = new ReadOnlyObjectWrapper<>(new Counts(0, 0, 0));
    private final ObjectProperty<@Nullable CaRow> selected = new SimpleObjectProperty<>(this, "selected");
    private List<CaRow> all = List.of();
    private Runnable onRead = () -> {};

    /**
     * How many there are.
     *
     * @param issued certificates, without the CA's own
     * @param revoked of all that were ever issued
     * @param shown lines
     */
    public record Counts(int issued, int revoked, int shown) {}

    private record Drawn(List<CaRow> all, List<CaRow> shown) {}

    /**
     * Nothing is read yet.
     *
     * @param aliases what people call a machine; empty for none
     */
    public CaViewModel(CaRoom room, UnaryOperator<String> aliases, Executor work, Executor screen) {
        this.room = room;
        this.aliases = aliases;
        this.contents = new Loader<>(work, screen, room.clock());
        this.addressTest = new Loader<>(work, screen, room.clock());
        this.examination = new Loader<>(work, screen, room.clock());
        this.drawing = new LatestOnly<>(work, screen, this::show);
        this.folder = new ReadOnlyObjectWrapper<>(room.folders().first());
        filterText.subscribe(text -> {
            filter.set(CaFilter.parse(text));
            draw();
        });
        hideRevoked.subscribe(_ -> draw());
        contents.stateProperty().subscribe(state -> {
            if (!state.loading()) {
                examine(state.value());
                draw();
                onRead.run();
            }
        });
    }

    private void examine(@Nullable CaContents now) {
        if (now != null && now.listing().isPresent()) {
            examination.load(_ -> room.examine(now.folder(), now.listing().get()));
        } else {
            examination.clear();
        }
    }

    /** What is weak, as soon as it is known. */
    public ReadOnlyObjectProperty<Loaded<List<Finding>>> examinationProperty() {
        return examination.stateProperty();
    }

    /** The folder that is open. */
    public ReadOnlyObjectProperty<Path> folderProperty() {
        return folder.getReadOnlyProperty();
    }

    /** What it holds. */
    public ReadOnlyObjectProperty<Loaded<CaContents>> contentsProperty() {
        return contents.stateProperty();
    }

    /** The lines that are shown. */
    public ObservableList<CaRow> rows() {
        return rows;
    }

    /** All lines. */
    public List<CaRow> all() {
        return all;
    }

    /** What is typed. */
    public StringProperty filterTextProperty() {
        return filterText;
    }

    /** What it means. */
    ReadOnlyObjectProperty<CaFilter> filterProperty() {
        return filter.getReadOnlyProperty();
    }

    /** Whether what is no longer good is left out. */
    public BooleanProperty hideRevokedProperty() {
        return hideRevoked;
    }

    /** How many there are. */
    public ReadOnlyObjectProperty<Counts> countsProperty() {
        return counts.getReadOnlyProperty();
    }

    /** The line looked at; null: none. */
    public ObjectProperty<@Nullable CaRow> selectedProperty() {
        return selected;
    }

    /** What the address of the CRL answered last. */
    public ReadOnlyObjectProperty<Loaded<CrlAddress.Found>> addressTestProperty() {
        return addressTest.stateProperty();
    }

    /** Acts. */
    CaRoom room() {
        return room;
    }

    /** Called whenever the folder was read, or could not be. */
    public void onRead(Runnable listener) {
        onRead = listener;
    }

    /** Opens another folder. */
    public void open(Path next) {
        folder.set(next.toAbsolutePath().normalize());
        selected.set(null);
        contents.clear();
        addressTest.clear();
        refresh();
    }

    /** How a line stands, for people. */
    public String badgeText(CaRow row, io.limelight.console.words.Words words) {
        return Parts.text(words, row, room.clock().instant());
    }

    /** Reads the folder again. */
    public void refresh() {
        Path now = folder.get();
        contents.load(_ -> room.open(now));
    }

    /** Reads it if it was not yet. */
    public void ensureRead() {
        Loaded<CaContents> state = contents.stateProperty().get();
        if (!state.loading() && state.value() == null && state.problem() == null) {
            refresh();
        }
    }

    /** Asks the address that certificates name. */
    public void testAddress(String address) {
        Path now = folder.get();
        addressTest.load(cancellation -> room.test(now, address, cancellation));
    }

    /** Looks at a certificate by its number. */
    public void look(BigInteger serial) {
        row(serial).ifPresent(selected::set);
    }

    /** The certificate of a number, also one that is only on the list of revoked ones. */
    public Optional<CaRow> row(BigInteger serial) {
        return all.stream()
                .filter(row ->
                        row.kind() != CaRow.Kind.AUTHORITY && row.serial().equals(serial))
                .findFirst();
    }

    /** Looks at a machine's certificate. */
    public void look(String name) {
        all.stream().filter(row -> row.name().equals(name)).findFirst().ifPresent(selected::set);
    }

    /** What is weak. */
    public List<Finding> findings() {
        CaContents now = contents.stateProperty().get().value();
        if (now == null) {
            return List.of();
        }
        return now.listing().isEmpty()
                ? now.findings()
                : examination.stateProperty().get().got().orElse(List.of());
    }

    /** Names whose certificates end soon or have ended. */
    public List<String> dueNames() {
        return all.stream()
                .filter(row -> row.renewable() && (row.badge() == Badge.EXPIRING || row.badge() == Badge.EXPIRED))
                .map(CaRow::name)
                .toList();
    }

    /** What revoking these would change about the CRL. */
    public Optional<CrlPreview> preview(Collection<BigInteger> serials) {
        CaContents now = contents.stateProperty().get().value();
        return now == null
                ? Optional.empty()
                : now.listing()
                        .map(listing ->
                                CrlPreview.of(listing, serials, room.clock().instant()));
    }

    private void draw() {
        CaContents now = contents.stateProperty().get().value();
        CaFilter wanted = filter.get();
        boolean hide = hideRevoked.get();
        drawing.ask(() -> drawn(now, wanted, hide));
    }

    private Drawn drawn(@Nullable CaContents now, CaFilter wanted, boolean hide) {
        if (now == null || now.listing().isEmpty()) {
            return new Drawn(List.of(), List.of());
        }
        Instant instant = room.clock().instant();
        List<CaRow> every = CaRow.of(now.listing().get(), aliases, instant);
        List<CaRow> shown = every.stream()
                .filter(row -> row.kind() == CaRow.Kind.AUTHORITY
                        ? wanted.empty()
                        : wanted.fits(row, instant)
                                && !(hide && (row.badge() == Badge.REVOKED || row.badge() == Badge.SUPERSEDED)))
                .toList();
        return new Drawn(every, shown);
    }

    private void show(Drawn drawn) {
        all = drawn.all();
        CaRow before = selected.get();
        rows.setAll(drawn.shown());
        int revoked = (int) all.stream()
                .filter(row -> row.badge() == Badge.REVOKED || row.badge() == Badge.SUPERSEDED)
                .count();
        int issued = (int) all.stream()
                .filter(row -> row.kind() != CaRow.Kind.AUTHORITY && row.kind() != CaRow.Kind.GONE)
                .count();
        counts.set(new Counts(issued, revoked, drawn.shown().size()));
        selected.set(
                before == null
                        ? all.isEmpty() ? null : all.getFirst()
                        : all.stream()
                                .filter(row -> row.kind() == before.kind()
                                        && row.name().equals(before.name())
                                        && (row.kind() != CaRow.Kind.GONE
                                                || row.serial().equals(before.serial())))
                                .findFirst()
                                .orElse(all.isEmpty() ? null : all.getFirst()));
    }

    @Override
    public void close() {
        contents.close();
        examination.close();
        addressTest.close();
    }
}
