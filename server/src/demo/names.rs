//! Parts of names in the naming styles of Jambi and Samarinda. Whoever is named here by chance is not
//! meant: the parts are common, and only their combination is drawn.

use shared::person::{PersonName, Sex};

use super::draw::Draw;
use super::offices::DemoOffice;
use super::sound;

/// How one community builds its names: lists of parts, with `, ` between them.
pub struct Style {
    male: &'static str,
    female: &'static str,
    male_second: &'static str,
    female_second: &'static str,
    /// Shared by a father and his children: a marga. Empty where there is none.
    clan: &'static str,
    /// Of a hundred people, those with one name only.
    single_percent: u32,
}

impl Style {
    /// The style of a household of this office.
    pub fn draw(office: DemoOffice, draw: &mut Draw) -> &'static Self {
        let shares: &[(u32, &'static Style)] = match office {
            DemoOffice::Jelutung => &[
                (42, &MALAY),
                (22, &JAVANESE),
                (16, &MINANG),
                (10, &CHINESE),
                (10, &BATAK),
            ],
            DemoOffice::SamarindaIlir => &[
                (34, &MALAY),
                (26, &JAVANESE),
                (26, &BUGIS),
                (8, &DAYAK),
                (6, &CHINESE),
            ],
        };
        let mut left = draw.below(100);
        for (share, style) in shares {
            match left.checked_sub(*share) {
                None => return style,
                Some(rest) => left = rest,
            }
        }
        &MALAY
    }

    /// The marga of a household, if its community has one.
    pub fn clan(&self, draw: &mut Draw) -> &'static str {
        pick(self.clan, draw)
    }

    pub fn name(&self, sex: Sex, clan: &str, draw: &mut Draw) -> PersonName {
        let (first, second) = match sex {
            Sex::Male => (self.male, self.male_second),
            Sex::Female => (self.female, self.female_second),
        };
        let mut words = vec![pick(first, draw)];
        if !draw.chance(self.single_percent) {
            let next = pick(second, draw);
            words.extend((!words.contains(&next)).then_some(next));
        }
        words.push(clan);
        sound(PersonName::parse(&words.join(" ")))
    }
}

fn pick(parts: &'static str, draw: &mut Draw) -> &'static str {
    let parts: Vec<_> = parts.split(", ").collect();
    draw.pick(&parts)
}

static MALAY: Style = Style {
    male: "Muhammad, Ahmad, M. Rizki, Abdul, Rahmat, Fadhil, Ridho, Ilham, Zulkifli, Syahrul, \
        Hafiz, Iqbal, Arif, Fauzan, Reza, Aldi, Bayu, Rendi, Yusuf, Hamdani",
    female: "Siti, Nur, Nurul, Aisyah, Fitri, Rahma, Putri, Annisa, Zahra, Salsabila, Nabila, \
        Khairunnisa, Maryam, Sri, Dina, Yuliana, Rosmala, Halimah, Intan, Mutiara",
    male_second: "Rahman, Hidayat, Ramadhan, Saputra, Pratama, Fikri, Kurniawan, Hakim, Maulana, \
        Syahputra, Firdaus, Akbar, Fajri, Ansori, Ridwan, Alfarizi, Ma'ruf, Nasution",
    female_second: "Aminah, Rahmawati, Azizah, Ramadhani, Khadijah, Safitri, Hasanah, Lestari, Maharani, \
        Oktaviani, Zulaikha, Fadhilah, Hayati, Khairani, Nuraini, Sa'diah, Apriliani",
    clan: "",
    single_percent: 8,
};

static JAVANESE: Style = Style {
    male: "Agus, Bambang, Joko, Slamet, Dimas, Bagas, Eko, Wahyu, Dwi, Galih, Sugeng, Yoga, \
        Suwarno, Supriyanto, Sutrisno, Paimin, Tri, Aji, Danang, Rangga",
    female: "Sri, Dewi, Endang, Wulan, Ratna, Ayu, Dwi, Tri, Sekar, Suparmi, Sulastri, Wagiyem, \
        Lestari, Ningsih, Indah, Retno, Anggun, Puspita, Rini, Wahyuni",
    male_second: "Santoso, Prasetyo, Nugroho, Wibowo, Setiawan, Susilo, Utomo, Purnomo, Wardoyo, \
        Hermawan, Saputro, Budiman, Cahyono, Wicaksono, Raharjo, Adi Putra",
    female_second: "Handayani, Wulandari, Rahayu, Setyowati, Astuti, Kusumawati, Puji Lestari, Utami, \
        Purwanti, Susanti, Widyaningsih, Permatasari, Anggraini, Mulyani, Sari",
    clan: "",
    single_percent: 22,
};

static MINANG: Style = Style {
    male: "Afdal, Rizal, Hendri, Ihsan, Yondri, Doni, Febri, Zulfahmi, Rahmad, Taufik, Irwandi, \
        Fadli",
    female: "Yulia, Rika, Mega, Gusti, Elvira, Weni, Nelvi, Suci, Rahmi, Desi, Vivi, Tasya",
    male_second: "Chaniago, Koto, Piliang, Tanjung, Sikumbang, Effendi, Syafril, Oktavian, \
        Hidayatullah",
    female_second: "Chaniago, Koto, Piliang, Tanjung, Marlina, Novita, Susilawati, Rahmadani, Gustina",
    clan: "",
    single_percent: 10,
};

static BATAK: Style = Style {
    male: "Andreas, Jonathan, Samuel, Togar, Parlindungan, Daniel, Yohanes, Ronald, Binsar, \
        Marihot",
    female: "Maria, Ruth, Debora, Tiur, Rotua, Christina, Yohana, Natalia, Lamria, Grace",
    male_second: "Maruli, Parulian, Hasiholan, Pangihutan, Saut, Immanuel",
    female_second: "Uli, Veronika, Agustina, Rosalina, Tiodora, Elisabeth",
    clan: "Simanjuntak, Siregar, Hutagalung, Manurung, Sihombing, Silalahi, Pasaribu, \
        Tampubolon",
    single_percent: 45,
};

static CHINESE: Style = Style {
    male: "Hendra, Kevin, Wilson, Steven, Andi, Jefri, Ricky, Vincent, Felix, Budi",
    female: "Meilina, Jessica, Lina, Vivian, Cindy, Yenny, Angelina, Stefani, Lily, Melisa",
    male_second: "Wijaya, Gunawan, Halim, Tanoto, Salim, Lim, Kosasih, Hartono",
    female_second: "Wijaya, Gunawan, Halim, Tanoto, Salim, Lim, Kosasih, Hartono",
    clan: "",
    single_percent: 12,
};

static BUGIS: Style = Style {
    male: "Andi, Baso, Muh. Asrul, Syamsuddin, Hasanuddin, Firman, Ambo, Sudirman, Irfan, \
        Akmal, Tahir",
    female: "Andi, Besse, Hasnah, Nurhayati, Sitti, Rosdiana, Hj. Rahmatia, Mardiana, Kartini, \
        Asriani",
    male_second: "Mappanyukki, Baharuddin, Arsyad, Syahrir, Saleh, Makmur, Jamaluddin, Tenri, Aswar",
    female_second: "Tenriawaru, Bau, Fatimah, Mulyati, Hamidah, Suriani, Nurfadillah, Ramlah",
    clan: "",
    single_percent: 14,
};

static DAYAK: Style = Style {
    male: "Yosef, Markus, Lukas, Benediktus, Petrus, Alexius, Damianus, Yulius",
    female: "Yuliana, Theresia, Agnes, Martina, Veronika, Lusia, Monika, Yosefina",
    male_second: "Lawai, Ding, Jalung, Ajang, Ngau, Bit, Anyeq, Usat",
    female_second: "Hangin, Bulan, Lahai, Awing, Tipung, Urai, Lirin, Ping",
    clan: "",
    single_percent: 6,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_makes_a_name() {
        for style in [&MALAY, &JAVANESE, &MINANG, &BATAK, &CHINESE, &BUGIS, &DAYAK] {
            let parts = [
                style.male,
                style.female,
                style.male_second,
                style.female_second,
                style.clan,
            ];
            for part in parts
                .iter()
                .flat_map(|list| list.split(", "))
                .filter(|part| !part.is_empty())
            {
                assert!(PersonName::parse(part).is_ok(), "{part}");
            }
        }
    }
}
