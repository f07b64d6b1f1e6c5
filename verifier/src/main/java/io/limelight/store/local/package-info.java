/** What a program keeps for one person in one file: the console's profiles, and what it remembers. */
@NullMarked
package io.limelight.store.local;

import org.jspecify.annotations.NullMarked;
