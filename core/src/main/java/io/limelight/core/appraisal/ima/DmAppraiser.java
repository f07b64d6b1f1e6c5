package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.dm.DmEvent;
import io.limelight.core.ima.dm.DmEventException;
import io.limelight.core.ima.dm.DmEventParser;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.policy.runtime.DmPolicy;
import io.limelight.core.policy.runtime.DmValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the device mapper devices of a machine from event to event and says where one leaves what the policy allows.
 *
 * <pre>
 *            load                 resume
 *   (none) ────────► loaded ───────────────► active ──┐ load (if allowed more than once)
 *      ▲                │  ▲                   │      │
 *      │ remove         │  └───────────────────┼──────┘
 *      └────────────────┴──────────────────────┘   clear, rename, update: stay
 * </pre>
 *
 * <p>A device that no load was seen of has no rule, so nothing it does is allowed. Events whose tables are missing
 * ({@code no_data}) or which concern the inactive table alone end in an exception in Keylime; here they are judged by what they
 * do say.
 */
final class DmAppraiser {
    private final DmPolicy policy;
    private final StepBudget budget;
    private final Map<String, DmDevices.Device> devices;
    private final List<DmProblem> problems = new ArrayList<>();

    DmAppraiser(DmPolicy policy, DmDevices devices, StepBudget budget) {
        this.policy = policy;
        this.devices = new LinkedHashMap<>(devices.byKey());
        this.budget = budget;
    }

    /** The devices after the events so far. */
    DmDevices devices() {
        return devices.isEmpty() ? DmDevices.NONE : new DmDevices(devices);
    }

    private Optional<DmDevices.Device> device(String key) {
        return Optional.ofNullable(devices.get(key));
    }

    /**
     * Judges one event.
     *
     * @param name of the entry
     * @param tableHash digest of the entry, {@code alg:hex}: the hash of a table that is loaded
     */
    List<DmProblem> judge(String name, byte[] buffer, String tableHash) {
        problems.clear();
        try {
            switch (DmEventParser.parse(name, buffer)) {
                case DmEvent.TableLoad load -> load(load, tableHash);
                case DmEvent.Resume resume -> resume(resume);
                case DmEvent.Remove remove -> remove(remove);
                case DmEvent.Clear clear -> clear(clear);
                case DmEvent.Rename rename -> rename(rename);
                case DmEvent.TargetUpdate update -> update(update);
            }
        } catch (DmEventException e) {
            problem("parsing_failed", "it cannot be read: " + e.getMessage(), "", name);
        }
        return List.copyOf(problems);
    }

    private void problem(String type, String sentence, String got, String expected) {
        problems.add(new DmProblem(type, sentence, got, expected));
    }

    private String key(String name, String uuid) {
        return policy.matchOn() == DmPolicy.MatchOn.NAME ? name : uuid;
    }

    private String key(DmEvent.Metadata device) {
        return key(device.name(), device.uuid());
    }

    /** A rule that was taken out of the policy meanwhile is no rule. */
    private Optional<DmPolicy.Rule> rule(String key) {
        return device(key).flatMap(device -> policy.rule(device.rule()));
    }

    private void load(DmEvent.TableLoad load, String tableHash) {
        String key = key(load.device());
        Optional<DmPolicy.Rule> current = rule(key);
        if (current.isPresent() && !current.get().table().allowMultipleLoads()) {
            problem(
                    "dm_table_load.multiple_table_loads",
                    "a second table was loaded for device " + key,
                    key,
                    "one table");
            return;
        }
        String attribute = policy.matchOn().name().toLowerCase(Locale.ROOT);
        Optional<DmPolicy.Rule> found = policy.rules().stream()
                .filter(rule -> value(rule.table().metadata(), attribute).accepts(key, budget))
                .findFirst();
        if (found.isEmpty()) {
            problem("dm_table_load.no_matching_policy", "no rule is for device " + key, key, "a rule");
            return;
        }
        DmPolicy.TableLoad table = found.get().table();
        if (!metadataFits(load.device(), table) || !targetCountFits(load, table)) {
            return;
        }
        for (int i = 0; i < load.targets().size(); i++) {
            compare("dm_table_load", i, load.targets().get(i), table.targets().get(i));
        }
        if (devices.size() >= DmDevices.MAX_DEVICES && !devices.containsKey(key)) {
            problem("dm_table_load.no_matching_policy", "the machine has too many devices", key, "fewer devices");
            return;
        }
        devices.put(
                key,
                new DmDevices.Device(found.get().name(), false, !found.get().resumeRequired(), tableHash));
    }

    private static DmValue value(Map<String, DmValue> values, String attribute) {
        return values.getOrDefault(attribute, new DmValue.Anything());
    }

    private boolean metadataFits(DmEvent.Metadata device, DmPolicy.TableLoad table) {
        for (String attribute : DmPolicy.METADATA) {
            DmValue expected = value(table.metadata(), attribute);
            if (!expected.accepts(device.attribute(attribute), budget)) {
                return invalidEntry(attribute, device.attribute(attribute), expected);
            }
        }
        return table.numTargets().accepts(device.numTargets(), budget)
                || invalidEntry("num_targets", device.numTargets(), table.numTargets());
    }

    private boolean invalidEntry(String attribute, String got, DmValue expected) {
        problem(
                "dm_table_load.invalid_entry",
                "its " + attribute + " is " + got + " and not " + expected.shown(),
                got,
                expected.shown());
        return false;
    }

    private boolean targetCountFits(DmEvent.TableLoad load, DmPolicy.TableLoad table) {
        String count = Integer.toString(load.targets().size());
        boolean fits = count.equals(load.device().numTargets())
                && table.numTargets().accepts(count, budget)
                && load.targets().size() == table.targets().size();
        if (!fits) {
            problem(
                    "dm_table_load.num_targets_mismatch",
                    "its table has " + count + " targets and not "
                            + table.targets().size(),
                    count,
                    Integer.toString(table.targets().size()));
        }
        return fits;
    }

    private void compare(String event, int index, DmEvent.Target target, Map<String, DmValue> reference) {
        boolean fits = true;
        for (Map.Entry<String, DmValue> expected : reference.entrySet()) {
            String attribute = expected.getKey();
            String got = target.attributes().get(attribute);
            if (got == null) {
                fits = false;
                problem(
                        event + ".target_attribute_not_found",
                        "target " + index + " has no " + attribute,
                        "",
                        expected.getValue().shown());
            } else if (!expected.getValue().accepts(got, budget)) {
                fits = false;
                problem(
                        event + ".target_data_mismatch",
                        "the " + attribute + " of target " + index + " is " + got + " and not "
                                + expected.getValue().shown(),
                        got,
                        expected.getValue().shown());
            }
        }
        if (!fits) {
            problem(
                    event + ".target_data_invalid",
                    "target " + index + " is not the one dm_policy describes",
                    target.attributes().toString(),
                    "target " + index + " of the rule");
        }
    }

    private void resume(DmEvent.Resume resume) {
        String key = key(resume.device());
        Optional<DmDevices.Device> known = device(key);
        if (known.isEmpty()) {
            problem(
                    "dm_device_resume.resume_before_table_load",
                    "no table was loaded for device " + key,
                    key,
                    "a table");
            return;
        }
        DmDevices.Device device = known.get();
        if (device.active()) {
            problem(
                    "dm_device_resume.already_active",
                    "device " + key + " was active already",
                    key,
                    "an inactive device");
            devices.put(key, new DmDevices.Device(device.rule(), true, false, device.tableHash()));
            return;
        }
        String hash = resume.tableHash().orElse("");
        if (!hash.equals(device.tableHash())) {
            problem(
                    "dm_device_resume.active_table_mismatch",
                    "device " + key + " was resumed with another table than was loaded",
                    hash,
                    device.tableHash());
            return;
        }
        devices.put(key, new DmDevices.Device(device.rule(), true, true, device.tableHash()));
    }

    private void remove(DmEvent.Remove remove) {
        Optional<DmEvent.Metadata> metadata = remove.active().or(remove::inactive);
        if (metadata.isEmpty()) {
            problem("parsing_failed", "it does not say which device was removed", "no_data", "a device");
            return;
        }
        String key = key(metadata.get());
        Optional<DmPolicy.Rule> rule = rule(key);
        if (rule.isEmpty()) {
            problem(
                    "dm_device_remove.remove_before_table_load",
                    "no table was loaded for device " + key,
                    key,
                    "a table");
        } else if (!rule.get().allowRemoval()) {
            problem("dm_device_remove.device_removed", "device " + key + " was removed", key, "no removal");
        } else {
            devices.remove(key);
        }
    }

    private void clear(DmEvent.Clear clear) {
        String key = key(clear.name(), clear.uuid());
        Optional<DmPolicy.Rule> rule = rule(key);
        if (rule.isEmpty()) {
            problem("dm_table_clear.clear_before_table_load", "no table was loaded for device " + key, key, "a table");
        } else if (!rule.get().allowClear()) {
            problem("dm_table_clear.table_cleared", "the table of device " + key + " was cleared", key, "no clearing");
        }
    }

    private void rename(DmEvent.Rename rename) {
        DmEvent.Metadata device = rename.device();
        String key = key(device);
        Optional<DmPolicy.Rule> rule = rule(key);
        if (rule.isEmpty()) {
            problem(
                    "dm_device_rename.rename_before_table_load",
                    "no table was loaded for device " + key,
                    key,
                    "a table");
            return;
        }
        boolean fits = true;
        if (!rename.newName().equals(device.name()) && !rule.get().validName().accepts(rename.newName(), budget)) {
            fits = false;
            problem(
                    "dm_device_rename.new_name_invalid",
                    "device " + key + " was renamed to " + rename.newName(),
                    rename.newName(),
                    rule.get().validName().shown());
        }
        if (!rename.newUuid().equals(device.uuid()) && !rule.get().validUuid().accepts(rename.newUuid(), budget)) {
            fits = false;
            problem(
                    "dm_device_rename.new_uuid_invalid",
                    "the UUID of device " + key + " was changed to " + rename.newUuid(),
                    rename.newUuid(),
                    rule.get().validUuid().shown());
        }
        String newKey = key(rename.newName(), rename.newUuid());
        if (fits && !newKey.equals(key)) {
            DmDevices.Device moved = device(key).orElseThrow();
            devices.remove(key);
            devices.put(newKey, moved);
        }
    }

    private void update(DmEvent.TargetUpdate update) {
        String key = key(update.device());
        Optional<DmPolicy.Rule> rule = rule(key);
        if (rule.isEmpty()) {
            problem(
                    "dm_target_update.update_before_table_load",
                    "no table was loaded for device " + key,
                    key,
                    "a table");
            return;
        }
        String index = update.target().attributes().getOrDefault("target_index", "");
        List<Map<String, DmValue>> targets = rule.get().table().targets();
        for (int i = 0; i < targets.size(); i++) {
            if (index.equals(Integer.toString(i))) {
                compare("dm_target_update", i, update.target(), targets.get(i));
                return;
            }
        }
        problem(
                "dm_target_update.target_data_invalid",
                "the rule has no target " + index,
                index,
                "a target of the rule");
    }
}
