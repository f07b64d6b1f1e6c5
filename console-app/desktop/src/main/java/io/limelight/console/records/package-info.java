/** What the console keeps for a person: profiles, what it remembers, names and notes of machines, secrets. One file of its own. */
@NullMarked
package io.limelight.console.records;

import org.jspecify.annotations.NullMarked;
