//! Everything the server asks of its database, on both engines alike.

mod base;
mod batch;
mod capacity;
mod store;
mod time;
mod upkeep;

/// Runs each case on SQLite and on PostgreSQL, with a database of its own.
macro_rules! on_both_engines {
    ($($module:ident::$case:ident,)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::$module::$case(&crate::base::Base::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::$module::$case(&crate::base::Base::postgres().await).await;
            })+
        }
    };
}

on_both_engines! {
    store::a_database_keeps_its_epoch_and_its_secrets,
    store::devices_register_once,
    store::accounts_and_sessions,
    store::rows_of_every_kind_come_back_as_saved,
    store::a_slot_never_exceeds_its_capacity,
    store::a_transaction_that_is_dropped_leaves_nothing,
    store::a_pull_pages_through_the_log,
    store::scopes_cut_what_is_pulled,
    batch::a_repeat_gets_the_stored_answer,
    batch::a_changed_repeat_is_put_aside,
    batch::a_gap_stops_and_can_be_declared,
    batch::a_clone_is_told_to_fork,
    batch::an_op_that_cannot_be_saved_spoils_no_other,
    batch::a_restart_forgets_nothing,
    batch::actors_need_their_rights,
    batch::quarantine_can_be_retried,
    batch::an_office_that_does_not_exist_is_answered,
    batch::two_offices_in_one_push,
    capacity::seven_seats_for_two_hundred,
    time::who_did_not_come_is_marked_once,
    upkeep::check_finds_what_was_tampered_with,
    upkeep::old_payloads_are_forgotten,
    upkeep::a_backup_restores_into_a_new_epoch,
    upkeep::others_are_poked,
}
