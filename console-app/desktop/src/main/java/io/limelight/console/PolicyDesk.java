package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.overview.Attention;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.policies.AssignViewModel;
import io.limelight.console.policies.CreateViewModel;
import io.limelight.console.policies.DryRunViewModel;
import io.limelight.console.policies.EditorViewModel;
import io.limelight.console.policies.EvidenceShelf;
import io.limelight.console.policies.HeardPolicies;
import io.limelight.console.policies.PcrReading;
import io.limelight.console.policies.PoliciesPage;
import io.limelight.console.policies.PoliciesViewModel;
import io.limelight.console.policies.PolicyDrafts;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.policies.PolicyServer;
import io.limelight.console.policies.PolicyWindows;
import io.limelight.console.policies.ReadViewModel;
import io.limelight.console.policies.SignaturesViewModel;
import io.limelight.console.policies.TemplatesViewModel;
import io.limelight.console.policies.TenantPolicyServer;
import io.limelight.console.policies.TpmTemplates;
import io.limelight.console.policies.TrustedSigners;
import io.limelight.console.policies.WindowReminder;
import io.limelight.console.records.DraftStore;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.core.api.AgentId;
import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The policies of an open fleet. */
final class PolicyDesk implements AutoCloseable {
    private final PoliciesViewModel list;
    private final EditorViewModel editor;
    private final DryRunViewModel dryRun;
    private final ReadViewModel read;
    private final TemplatesViewModel templates;
    private final PcrReading pcrs;
    private final PoliciesPage page;
    private final WindowReminder reminder;
    private final DateTimeFormatter date;

    /**
     * What is kept of policies.
     *
     * @param drafts of this console
     * @param folder where long ones are files; empty: they are not kept
     * @param profile whose
     */
    record Kept(DraftStore drafts, Optional<Path> folder, long profile) {}

    PolicyDesk(
            Shell.Parts parts,
            TenantSettings settings,
            FleetService fleet,
            Kept kept,
            ActLog acts,
            DialogHost host,
            Function<AgentId, String> names,
            PoliciesPage.Acts links) {
        PolicyServer server = new TenantPolicyServer(settings, parts.clock(), parts.words());
        PolicyDrafts drafts = new PolicyDrafts(kept.drafts(), kept.folder(), kept.profile());
        PolicyWindows windows = new PolicyWindows(kept.drafts(), kept.profile());
        reminder = new WindowReminder(windows, parts.clock(), ZoneId.systemDefault(), parts.work(), parts.screen());
        date = DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(parts.words().locale());
        EvidenceShelf shelf = new EvidenceShelf(fleet);
        TpmTemplates named = new TpmTemplates(kept.drafts(), kept.profile());
        templates =
                new TemplatesViewModel(named, server, acts, parts.words(), parts.clock(), parts.work(), parts.screen());
        pcrs = new PcrReading(server, fleet, parts.words(), parts.clock(), parts.work(), parts.screen());
        list = new PoliciesViewModel(
                server, fleet, drafts, windows, templates, parts.clock(), parts.work(), parts.screen());
        SignaturesViewModel signatures = new SignaturesViewModel(
                server,
                new TrustedSigners(kept.drafts(), kept.profile(), parts.words()),
                acts,
                parts.clock(),
                parts.work(),
                parts.screen());
        editor = new EditorViewModel(new EditorViewModel.Parts(
                new HeardPolicies(
                        server, (name, text) -> signatures.heard(name, SignaturesViewModel.Source.VERIFIER, text)),
                drafts,
                windows,
                shelf,
                acts,
                parts.words(),
                parts.clock(),
                parts.work(),
                parts.screen()));
        dryRun = new DryRunViewModel(
                server, fleet, shelf, acts, parts.tasks(), parts.words(), parts.clock(), parts.screen());
        CreateViewModel create = new CreateViewModel(shelf, parts.tasks(), parts.words(), parts.screen(), this::made);
        read = new ReadViewModel(server, fleet, acts, parts.words(), parts.clock(), parts.work(), parts.screen());
        AssignViewModel.Parts assigning =
                new AssignViewModel.Parts(server, fleet, named, acts, parts.clock(), parts.work(), parts.screen());
        page = new PoliciesPage(
                parts.words(),
                new PoliciesPage.Models(list, editor, dryRun, create, read, templates, pcrs, assigning, signatures),
                host,
                names,
                links,
                parts.theme().textScaleProperty(),
                parts.work(),
                parts.screen());
    }

    private void made(String name, String text) {
        page.made(name, text);
    }

    /** Chooses one by its name, once the list knows it; none of an empty name. */
    void look(Kind kind, String name) {
        if (!name.isEmpty()) {
            list.look(kind, name);
        }
    }

    /** Has the overview remind of update windows that are over. */
    void remind(OverviewViewModel overview, OverviewPage overviewPage, ShellViewModel shell) {
        overview.also(() -> reminder.over().stream().map(this::attention).toList());
        reminder.onChange(overview::moreChanged);
        overviewPage.onWindow(policy -> {
            shell.pageProperty().set(page.key());
            page.look(policy);
        });
    }

    private Attention attention(PolicyWindows.Window window) {
        return new Attention(
                55,
                Attention.Look.WARNING,
                "overview.window",
                List.of(window.policy(), date.format(window.until())),
                "overview.window.detail",
                List.of(window.after()),
                null,
                OverviewPage.WINDOW,
                window.policy());
    }

    PoliciesPage page() {
        return page;
    }

    @Override
    public void close() {
        reminder.close();
        dryRun.close();
        read.close();
        editor.close();
        list.close();
        templates.close();
        pcrs.close();
    }
}
