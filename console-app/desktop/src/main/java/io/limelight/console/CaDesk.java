package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.ca.Badge;
import io.limelight.console.ca.CaContents;
import io.limelight.console.ca.CaFolders;
import io.limelight.console.ca.CaPage;
import io.limelight.console.ca.CaPasswords;
import io.limelight.console.ca.CaRoom;
import io.limelight.console.ca.CaRow;
import io.limelight.console.ca.CaSettings;
import io.limelight.console.ca.CaViewModel;
import io.limelight.console.ca.EkTrustViewModel;
import io.limelight.console.ca.RevokedByCa;
import io.limelight.console.ca.Teller;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot.Light.Status;
import io.limelight.console.fleet.Identity;
import io.limelight.console.fleet.Problems;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.machines.MachineCertificates;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.revocations.CaKnowledge;
import io.limelight.console.revocations.CertificateDoor;
import io.limelight.console.shell.Lamp;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.endorsement.EkCertificateCheck;
import io.limelight.core.endorsement.VendorCertificates;
import io.limelight.core.endorsement.VendorStore;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.RevocationDesk;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The CA room of an open fleet: its page, the band's light, and what other pages know of certificates. */
final class CaDesk implements AutoCloseable {
    private final Shell.Parts parts;
    private final FleetService fleet;
    private final ShellViewModel shell;
    private final RevokedByCa revoked;
    private final CaRoom room;
    private final CaViewModel model;
    private final EkTrustViewModel trust;
    private final CaPasswords passwords;
    private final Function<AgentId, String> names;
    private volatile Path folder;
    private final CaPage page;
    private volatile Names held = new Names(0, Map.of(), Map.of());

    /** Whose certificates there are, as they were read last. Asked from any thread. */
    private record Names(long revision, Map<String, BigInteger> machines, Map<BigInteger, String> serials) {}

    private Told told = (_, _, _) -> {};

    /**
     * What was read before the desk is made.
     *
     * @param settings what {@code ca.conf} says
     * @param folders where CAs may be, the likeliest first
     * @param profile its number; 0: not kept
     * @param passwords that are kept
     */
    record Known(CaSettings settings, List<Path> folders, long profile, CaPasswords passwords) {}

    CaDesk(
            Shell.Parts parts,
            Known known,
            TenantSettings settings,
            FleetService fleet,
            ShellViewModel shell,
            RevokedByCa revoked,
            DialogHost host,
            Function<AgentId, String> names,
            ActLog acts) {
        this.parts = parts;
        this.fleet = fleet;
        this.shell = shell;
        this.revoked = revoked;
        this.passwords = known.passwords();
        this.names = names;
        Words words = parts.words();
        room = new CaRoom(
                known.settings(),
                CaFolders.of(parts.remembered(), known.profile(), known.folders()),
                new FleetTeller(settings, fleet, parts),
                new SecureRandom(),
                parts.clock(),
                words,
                acts);
        model = new CaViewModel(room, name -> alias(name, names), parts.work(), parts.screen());
        folder = model.folderProperty().get();
        model.folderProperty().subscribe(open -> folder = open);
        model.onRead(this::follow);
        Optional<VendorStore> store = settings.endorsement().certificates().map(EkCertificateCheck::vendors);
        trust = new EkTrustViewModel(
                store.map(VendorCertificates::new),
                store.map(VendorStore::folder).orElse(Path.of("/var/lib/keylime/tpm_cert_store")),
                () -> fleet.latest().machines().stream()
                        .map(machine ->
                                new EkTrustViewModel.Subject(machine.id().value(), names.apply(machine.id())))
                        .toList(),
                this::judge,
                words,
                parts.clock(),
                parts.work(),
                parts.screen());
        page = new CaPage(words, model, trust, known.passwords(), host, parts.work(), parts.screen());
        // What is revoked is shown on every page, so it is read before anybody looks.
        model.ensureRead();
    }

    private static String alias(String name, Function<AgentId, String> names) {
        try {
            String shown = names.apply(AgentId.of(name));
            return shown.equals(name) ? "" : shown;
        } catch (InvalidAgentIdException e) {
            return "";
        }
    }

    private EkTrustViewModel.Verdict judge(String id) throws ProblemException {
        Identity identity = fleet.identity(AgentId.of(id), new Cancellation());
        return new EkTrustViewModel.Verdict(identity.ekTrusted(), identity.ekTrust());
    }

    private void follow() {
        Loaded<CaContents> state = model.contentsProperty().get();
        Optional<CaListing> listing = state.got().flatMap(CaContents::listing);
        listing.ifPresent(known -> {
            held = names(known, held.revision() + 1);
            revoked.read(CaRow.of(known, _ -> "", parts.clock().instant()));
            fleet.refreshSoon();
        });
        if (state.value() == null) {
            return;
        }
        listing.ifPresent(known -> told.told(
                CaRow.of(known, _ -> "", parts.clock().instant()),
                known.crl().filter(crl -> crl.overdue()).isPresent(),
                model.folderProperty().get().toString()));
        boolean works =
                listing.flatMap(CaListing::crl).filter(crl -> !crl.overdue()).isPresent();
        shell.put(new Lamp(
                "ca",
                works ? Status.UP : Status.DOWN,
                listing.flatMap(CaListing::crl)
                        .map(crl ->
                                parts.words().of("ca.crl.number", crl.number().toString()))
                        .orElse(""),
                works
                        ? null
                        : io.limelight.console.problem.Problems.of(
                                parts.words(),
                                "ca.lamp",
                                "",
                                model.folderProperty().get().toString())));
    }

    private Names names(CaListing known, long revision) {
        Map<String, BigInteger> machines = new HashMap<>();
        Map<BigInteger, String> serials = new HashMap<>();
        known.issued().forEach(one -> {
            BigInteger serial = one.certificate().getSerialNumber();
            machines.put(one.name(), serial);
            String alias = alias(one.name(), names);
            serials.put(serial, alias.isEmpty() ? one.name() : alias);
        });
        return new Names(revision, machines, serials);
    }

    /** The folder that is open. */
    Path folder() {
        return folder;
    }

    /** Whether it holds a CA that could be read. */
    boolean opened() {
        return held.revision() > 0;
    }

    /** Its CA. */
    CertificateAuthority authority() {
        return room.authority(folder);
    }

    /** Where its CAs are, what they are called and how a password is kept: for acts on a machine's certificate. */
    CaPasswords passwords() {
        return passwords;
    }

    /** Grows whenever the folder was read. */
    long revision() {
        return held.revision();
    }

    /** Whose certificate that is; empty where nobody knows any more. */
    String nameOf(BigInteger serial) {
        return held.serials().getOrDefault(serial, "");
    }

    /** Whether a machine has a certificate of this CA. */
    CaKnowledge.Holding holds(String machine) {
        Names now = held;
        return now.revision() == 0
                ? CaKnowledge.Holding.UNKNOWN
                : now.machines().containsKey(machine) ? CaKnowledge.Holding.YES : CaKnowledge.Holding.NO;
    }

    /** Whether this console publishes its CRL. */
    boolean publishes() {
        return room.publishes(folder);
    }

    Instant now() {
        return parts.clock().instant();
    }

    /** Reads the folder again. */
    void refresh() {
        model.refresh();
    }

    /** Is told what a CA folder holds. */
    @FunctionalInterface
    interface Told {
        /** It was read. */
        void told(List<CaRow> rows, boolean crlOverdue, String folder);
    }

    /** Calls {@code listener} whenever the folder was read. */
    void onRead(Told listener) {
        told = listener;
        follow();
    }

    CaPage page() {
        return page;
    }

    /** What other pages ask about a machine's certificate. */
    MachineCertificates certificates(Consumer<String> open) {
        return new MachineCertificates() {
            @Override
            public Optional<Held> of(AgentId id) {
                return model.all().stream()
                        .filter(row ->
                                row.kind() == CaRow.Kind.MACHINE && row.name().equals(id.value()))
                        .findFirst()
                        .map(row -> new Held(
                                row.serial().toString(),
                                model.badgeText(row, parts.words()),
                                row.ends()
                                        .map(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                                                .withLocale(parts.words().locale())
                                                .withZone(ZoneId.systemDefault())::format)
                                        .orElse(""),
                                row.badge() == Badge.VALID));
            }

            @Override
            public void show(AgentId id) {
                open.accept(page.key());
                page.showCertificate(id.value());
            }
        };
    }

    /** The way from a revocation to its certificate. */
    CertificateDoor door(Consumer<String> open) {
        return new CertificateDoor() {
            @Override
            public boolean has(BigInteger serial) {
                return model.row(serial).isPresent();
            }

            @Override
            public void open(BigInteger serial) {
                open.accept(page.key());
                page.showCertificate(serial);
            }
        };
    }

    /** Blocks: a notice that is being acted on is finished. */
    @Override
    public void close() {
        room.close();
    }

    /** Ends what is shown; on the screen's thread. */
    void leave() {
        model.close();
        trust.close();
    }

    /** Hands notices to the verifier of the fleet. */
    private record FleetTeller(TenantSettings settings, FleetService fleet, Shell.Parts parts) implements Teller {
        @Override
        public String hindrance() {
            return switch (fleet.latest().kind()) {
                case LIMELIGHT -> "";
                case KEYLIME, PUSH -> "ca.tell.keylime";
                case UNKNOWN -> "ca.tell.unknown";
            };
        }

        @Override
        public boolean tell(OwnNotice.Signed notice, Cancellation cancellation) throws ProblemException {
            try (TenantServices services = new TenantServices(settings, parts.clock(), cancellation)) {
                return new RevocationDesk(services).handIn(notice);
            } catch (TenantException e) {
                throw new ProblemException(new Problems(parts.words()).of(e), e);
            }
        }
    }
}
